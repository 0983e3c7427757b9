import { type ReleaseNote, rebootInto } from '../../core/advisory/mod.ts'
import { worstScore } from '../../core/vulnerability/mod.ts'
import { formatColumns } from '../columns.ts'
import type { Screen } from '../screen.ts'

/** More would not be one screen. */
const MOST = 12

/** An advisory for people, on one screen. */
export function formatAdvisory(note: ReleaseNote, screen: Pick<Screen, 'bold' | 'dim'>): string[] {
  const { manifest, issues } = note
  const { kernel, version = 1, objects, fixes, notes } = manifest
  const functions = objects.reduce((sum, object) => sum + object.functions.length, 0)
  const reboot = rebootInto(manifest)
  const sorted = issues.toSorted((a, b) => Number(b.knownExploited !== null) - Number(a.knownExploited !== null) || scoreOf(b) - scoreOf(a))
  const rows = sorted
    .slice(0, MOST)
    .map((issue) => [
      `  ${issue.id}`,
      worstScore(issue)?.toFixed(1) ?? '-',
      issue.knownExploited === null ? issue.title : `exploited since ${issue.knownExploited.since}: ${issue.title}`,
    ])
  return [
    `${screen.bold(manifest.name)} version ${version}, ${note.kind}: ${note.title}`,
    screen.dim(`for ${kernel.release} (${kernel.packageVersion}, build-id ${kernel.buildId}) alone`),
    '',
    issues.length === 0 ? 'It fixes no CVE.' : `It fixes ${issues.length === 1 ? 'one CVE' : `${issues.length} CVEs`}:`,
    ...formatColumns(rows),
    ...(issues.length > MOST ? [`  and ${issues.length - MOST} more: --json lists all`] : []),
    ...(fixes.bugs.length === 0 ? [] : [`It fixes the defects ${fixes.bugs.join(', ')}.`]),
    '',
    `It replaces ${functions} function${functions === 1 ? '' : 's'} in ${objects.map(({ name }) => name).join(', ') || 'nothing'}.`,
    ...(notes.length === 0 ? [] : [`Of ${notes.length} things its manifest has a note: what is left out, and what to know before.`]),
    `Without a reboot: kmend apply. With one: ${reboot === undefined ? 'a kernel package that has the fixes' : `the kernel package ${reboot} or a later one`}.`,
    screen.dim(`sha256 ${note.sha256}`),
  ]
}

/** Those that nobody has scored come last. */
function scoreOf(issue: ReleaseNote['issues'][number]): number {
  return worstScore(issue) ?? -1
}
