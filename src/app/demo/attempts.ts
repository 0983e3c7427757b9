import { type KernelRelease, compareDebianVersions } from '../../core/kernel/mod.ts'
import type { Fixes, KnownFix, OwnFix } from './catalogue.ts'

/** A kernel that can be built for: offered whole by the archive, or in the cache. */
export interface DemoKernel {
  readonly release: KernelRelease
  /** Of its packages: `6.1.190-1`. */
  readonly version: string
}

/** A linux-source package: on offer, or with its files kept from an earlier run. */
export interface DemoSource {
  readonly line: string
  readonly version: string
}

export type Attempt =
  | { readonly kind: 'known'; readonly kernel: DemoKernel; readonly source: DemoSource; readonly fix: KnownFix }
  | { readonly kind: 'own'; readonly kernel: DemoKernel; readonly fix: OwnFix }

/**
 * What to try, best first: the newest kernel and the newest source of its line with a known fix between them, then older ones; at the end fixes of
 * our own on the newest kernel. Versions only say where looking is worth a download; the files' difference says whether the fix is there.
 */
export function planAttempts(kernels: readonly DemoKernel[], sources: readonly DemoSource[], { known, own }: Fixes): Attempt[] {
  const newestKernels = kernels.toSorted((a, b) => compareDebianVersions(b.version, a.version))
  const newestSources = sources.toSorted((a, b) => compareDebianVersions(b.version, a.version))
  const pairs = newestKernels.flatMap((kernel) => newestSources.map((source) => ({ kernel, source })))
  return [
    ...pairs.flatMap((pair) => known.filter((fix) => mayLieBetween(fix, pair)).map((fix): Attempt => ({ kind: 'known', ...pair, fix }))),
    ...newestKernels.slice(0, 1).flatMap((kernel) => own.map((fix): Attempt => ({ kind: 'own', kernel, fix }))),
  ]
}

function mayLieBetween(fix: KnownFix, { kernel, source }: { readonly kernel: DemoKernel; readonly source: DemoSource }): boolean {
  const older = upstream(kernel.version)
  const newer = upstream(source.version)
  const isOfLine = kernel.release.line === fix.line && source.line === fix.line
  return (
    isOfLine &&
    compareDebianVersions(older, newer) < 0 &&
    compareDebianVersions(older, fix.hadBy) < 0 &&
    compareDebianVersions(newer, fix.lackedBy) > 0
  )
}

function upstream(version: string): string {
  return version.replace(/-.*/, '')
}
