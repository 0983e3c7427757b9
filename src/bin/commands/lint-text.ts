import type { LintReport } from '../../app/lint/mod.ts'
import { type Finding, SEVERITIES, type Severity } from '../../core/lint/mod.ts'
import type { Screen } from '../screen.ts'

const NOTICE =
  'A review of the text: it points to what deserves a look and proves nothing. What it does not name may be wrong all the same.'

export function lintToJson(report: LintReport): unknown {
  return { ...report, notice: NOTICE }
}

/** One screen for people: the gravest first, and why a rule matters once for all its findings. */
export function formatLint(report: LintReport, screen: Screen): string[] {
  const { findings } = report
  const explained = new Set<string>()
  return [
    `${screen.bold('review')}  ${report.release} (${report.packageVersion}): ${count(report.functions.length, 'changed function')} in ${count(report.files.length, 'file')}`,
    ...findings.flatMap((finding) => formatFinding(finding, explained, screen)),
    '',
    findings.length === 0 ? 'nothing found' : `${count(findings.length, 'finding')}: ${tally(findings)}`,
    ...(report.notReviewed.length === 0 ? [] : [`not reviewed: ${report.notReviewed.join(', ')}`]),
    ...formatSearch(report.search),
    screen.dim(NOTICE),
  ]
}

function formatSearch({ names, searched, read, notRead }: LintReport['search']): string[] {
  if (names.length === 0) return []
  const left = notRead === 0 ? '' : `; ${count(notRead, 'more file')} that name them were not read`
  return [
    `looked for ${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''} in the ${searched} files that this kernel compiles and in headers: ${read.length} name them${left}`,
  ]
}

function formatFinding(finding: Finding, explained: Set<string>, screen: Screen): string[] {
  const mark: Readonly<Record<Severity, (text: string) => string>> = { stop: screen.bad, careful: screen.bold, look: (text) => text }
  const isFirst = !explained.has(finding.rule)
  explained.add(finding.rule)
  return [
    '',
    `${mark[finding.severity](finding.severity.padEnd(8))}${finding.subject}${others(finding)}: ${finding.what}`,
    `        ${screen.dim(`${finding.file}:${finding.line}  [${finding.rule}]`)}`,
    ...(isFirst ? [`        why: ${finding.why}`, `        check: ${finding.check}`] : []),
  ]
}

function others({ also }: Finding): string {
  const names = [...new Set(also.map(({ subject }) => subject))]
  if (names.length === 0) return ''
  return ` (and ${names.slice(0, 4).join(', ')}${names.length > 4 ? ` and ${names.length - 4} more` : ''})`
}

function tally(findings: readonly Finding[]): string {
  return SEVERITIES.toReversed()
    .map((severity) => ({ severity, many: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ many }) => many > 0)
    .map(({ severity, many }) => `${many} ${severity}`)
    .join(', ')
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`
}
