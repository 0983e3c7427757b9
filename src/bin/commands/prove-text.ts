import type { PatchProof, ProbeResult, ProveReport } from '../../app/prove/mod.ts'
import { formatColumns } from '../columns.ts'
import type { Screen } from '../screen.ts'

type Style = Pick<Screen, 'bold' | 'dim' | 'good' | 'bad'>

/** A proof on one screen. */
export function formatReport(report: ProveReport, style: Style): string[] {
  const verdict = report.kind === 'proved' ? style.good('proved') : style.bad('disproved')
  return [
    `${verdict}  on ${report.release}, booted in ${seconds(report.bootMs)}`,
    ...report.patches.flatMap((patch) => ['', ...formatPatch(patch, style)]),
    ...(report.probes.length === 0 ? [] : ['', ...formatProbes(report.probes).map((line) => `  ${line}`)]),
    ...formatAbsent(report),
    '',
    ...(report.findings.length === 0 ? ALL_WELL : report.findings.map((finding) => `  ${style.bad('finding')}  ${finding}`)),
  ]
}

const ALL_WELL = [
  '  While applied, sysfs listed exactly the functions promised.',
  '  Afterwards nothing is left: no live patch, no traced function, no module, no unexpected taint, no warning in the log.',
]

function formatPatch({ name, transitionMs, revertMs, functions }: PatchProof, style: Style): string[] {
  const end = revertMs === undefined ? 'replaced by the next' : `reverted in ${seconds(revertMs)}`
  return [
    `  ${style.bold(name)}  applied in ${seconds(transitionMs)}, ${end}`,
    ...functions.map((func) => `    ${func.replace(':', '  ')}`),
  ]
}

function formatAbsent({ absent, patches }: ProveReport): string[] {
  if (absent.length === 0) return []
  const waiting = new Set(absent.map(({ name }) => name))
  const functions = patches.flatMap((patch) => patch.functions.filter((func) => waiting.has(func.split(':')[0] ?? '')))
  return [
    '',
    `  Not loaded in the virtual machine, so that ${functions.length} of the functions only waited:`,
    ...formatColumns(absent.map(({ name, said }) => [name, said])).map((line) => `    ${line}`),
  ]
}

/** One row a probe, one column a phase: exit code and last line. */
function formatProbes(probes: readonly ProbeResult[]): string[] {
  const phases = [...new Set(probes.map(({ phase }) => phase))]
  const rows = [...Map.groupBy(probes, ({ probe }) => probe)].map(([name, results]) => [
    name,
    ...phases.map((phase) => cellOf(results.find((result) => result.phase === phase))),
  ])
  return formatColumns([['probe', ...phases], ...rows])
}

function cellOf(result: ProbeResult | undefined): string {
  if (result === undefined) return ''
  const line = (result.stdout.trim() || result.stderr.trim()).split('\n').at(-1) ?? ''
  return `${result.code}${line === '' ? '' : `: ${line}`}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
