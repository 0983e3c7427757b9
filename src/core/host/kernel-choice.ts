import { compareDebianVersions, tryParseRelease } from '../kernel/mod.ts'
import type { ListedKernel } from '../trust/mod.ts'
import { type Vulnerabilities, isLiveIn } from '../vulnerability/mod.ts'
import { type Coverage, coverageUntil } from './lifecycle.ts'
import { type PendingFix, pendingFixes } from './pending-fixes.ts'

/** A kernel that a repository has live patches for, as one looks at it before the next boot. */
export interface KernelChoice {
  readonly release: string
  readonly packageVersion: string
  readonly coverage: Coverage
  /** The newest live patch in the tier; null when that has none for it. */
  readonly newest: { readonly name: string; readonly version: number } | null
}

/** What is known of the kernels of a repository. */
export interface Catalogue {
  readonly listed: readonly ListedKernel[]
  readonly tier: string
}

/** The newest first. */
export function kernelChoices({ listed, tier }: Catalogue, nowMs: number): KernelChoice[] {
  return listed
    .toSorted((a, b) => compareDebianVersions(b.packageVersion, a.packageVersion) || (a.release < b.release ? -1 : 1))
    .map(({ release, packageVersion, until, tiers }) => ({
      release,
      packageVersion,
      coverage: until === null ? { kind: 'unknown' } : coverageUntil(until, nowMs),
      newest: tiers[tier] ?? null,
    }))
}

/** Those of the same flavour that get live patches for longer, the longest first. */
export function coveredLonger(choices: readonly KernelChoice[], release: string, coverage: Coverage): KernelChoice[] {
  if (coverage.kind === 'unknown') return []
  const flavour = tryParseRelease(release)?.flavour
  const untilOf = (choice: KernelChoice) => (choice.coverage.kind === 'covered' ? choice.coverage.until : '')
  return choices
    .filter((choice) => choice.release !== release && tryParseRelease(choice.release)?.flavour === flavour)
    .filter((choice) => choice.newest !== null && untilOf(choice) > coverage.until)
    .toSorted((a, b) => (untilOf(a) < untilOf(b) ? 1 : -1))
}

/** How a kernel would stand with the newest live patch of the tier in force. */
export interface KernelOutlook {
  readonly asOfMs: number
  /** How many CVEs that live patch takes away. */
  readonly live: number
  /** What it leaves. */
  readonly pending: readonly PendingFix[]
}

export function outlookOf(data: Vulnerabilities, { newest }: Pick<KernelChoice, 'newest'>): KernelOutlook {
  const version = newest?.version ?? 0
  return {
    asOfMs: data.asOfMs,
    live: data.cves.filter((cve) => isLiveIn(cve, version)).length,
    pending: pendingFixes(data, { version, offers: [] }),
  }
}
