import type { KernelsReport } from '../../../app/host/mod.ts'
import { formatColumns } from '../../columns.ts'
import type { Screen } from '../../screen.ts'
import { fixRows } from './follow-text.ts'
import { coverageText } from './status-text.ts'

type Style = Pick<Screen, 'bold' | 'bad'>
type Kernel = KernelsReport['kernels'][number]

/** Every kernel of a repository; with each CVE that is left in it, where that is asked for. */
export function formatKernels(
  { running, tier, kernels }: KernelsReport,
  { hasCves, ...style }: Style & { readonly hasCves: boolean },
): string[] {
  if (kernels.length === 0) return ['the repository has no kernels yet']
  const heads = formatColumns(kernels.map((kernel) => kernelRow(kernel, running, { ...style, tier })))
  return kernels.flatMap((kernel, at) => [
    heads[at] ?? '',
    ...(hasCves ? formatColumns(fixRows(kernel.known?.pending ?? [], style)).map((line) => `  ${line}`) : []),
  ])
}

function kernelRow(
  { release, packageVersion, coverage, newest, known }: Kernel,
  running: string,
  { tier, ...style }: Style & { readonly tier: string },
): string[] {
  return [
    style.bold(release),
    release === running ? `${packageVersion}, runs here` : packageVersion,
    coverage.kind === 'unknown' ? 'coverage not known' : coverageText(coverage, style),
    newest === null ? `nothing in ${tier}` : `${newest.name}, version ${newest.version}`,
    knownText(known, style),
  ]
}

function knownText(known: Kernel['known'], { bad }: Pick<Style, 'bad'>): string {
  if (known === null) return 'nothing is said of its CVEs'
  const { live, pending } = known
  const exploited = pending.filter(({ isKnownExploited }) => isKnownExploited).length
  return `${live} fixed live, ${pending.length} left${exploited === 0 ? '' : bad(`, ${exploited} exploited`)}`
}
