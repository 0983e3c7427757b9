import type { BundleSummary } from '../../app/bundle/mod.ts'
import { formatColumns } from '../columns.ts'
import type { Screen } from '../screen.ts'

type Style = Pick<Screen, 'bold' | 'good' | 'bad'>

const SHOWN = 10

/** A bundle on one screen. */
export function formatSummary(summary: BundleSummary, style: Style): string[] {
  const { name, version, release, kind, title, isSigned, functions, cves, bugs, notes, proof, files, sizeBytes, sha256 } = summary
  return [
    style.bold(title),
    '',
    ...indented([
      ['live patch', `${name}, version ${version} (${kind}) for ${release}`],
      ['signature', isSigned ? 'its module is signed' : 'its module is not signed'],
      ['proof', formatProof(proof, style)],
      ['bundle', `${sizeBytes} bytes, sha256 ${sha256}`],
    ]),
    ...section('replaces', functions),
    ...section('fixes', [...cves.map(formatCve), ...bugs]),
    ...section(
      'notes',
      notes.map(({ subject, text }) => `${subject}: ${text}`),
    ),
    '',
    'files',
    ...indented(files.slice(0, 2 * SHOWN).map((file) => [file.name, file.role, `${file.sizeBytes} bytes`])),
    ...more(files.length, 2 * SHOWN),
  ]
}

export function formatProof(proof: BundleSummary['proof'], style: Style): string {
  switch (proof) {
    case 'PASSED':
      return style.good('proved')
    case 'WARNED':
      return `${style.good('proved')}, but for a module that the virtual machine does not load`
    case 'FAILED':
      return style.bad('its proof failed')
    case null:
      return style.bad('nothing proves it')
  }
}

function formatCve({ id, title, cvss, knownExploited }: BundleSummary['cves'][number]): string {
  const scores = cvss.map(({ score, source }) => `${score.toFixed(1)} (${source})`)
  return [
    id,
    ...(title === null ? [] : [title]),
    ...(scores.length === 0 ? [] : [`CVSS ${scores.join(', ')}`]),
    ...(knownExploited === null ? [] : [`known to be exploited since ${knownExploited.since}`]),
  ].join(': ')
}

function section(title: string, entries: readonly string[]): string[] {
  return entries.length === 0 ? [] : ['', title, ...entries.slice(0, SHOWN).map((entry) => `  ${entry}`), ...more(entries.length, SHOWN)]
}

function more(count: number, shown: number): string[] {
  return count > shown ? [`  and ${count - shown} more`] : []
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return formatColumns(rows).map((line) => `  ${line}`)
}
