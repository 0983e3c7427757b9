import type { Offer } from '../trust/mod.ts'
import { type Vulnerabilities, type Vulnerability, isLiveIn, worstScore } from '../vulnerability/mod.ts'

/** Something that is wrong with the running kernel. */
export interface PendingFix {
  readonly id: string
  readonly title: string
  /** The highest that anybody gives it; null when nobody has scored it. */
  readonly score: number | null
  readonly isKnownExploited: boolean
  /** What takes it away. */
  readonly way: string
}

export interface FixedSoFar {
  /** Of the live patch that is in force; 0 when none is. */
  readonly version: number
  readonly offers: readonly Offer[]
}

/** What is not fixed in memory: known to be exploited first, then by score. */
export function pendingFixes({ cves }: Vulnerabilities, soFar: FixedSoFar): PendingFix[] {
  return cves
    .filter((cve) => cve.standing !== 'not-affected' && !isLiveIn(cve, soFar.version))
    .map((cve) => ({
      id: cve.id,
      title: cve.title,
      score: worstScore(cve),
      isKnownExploited: cve.knownExploited !== null,
      way: wayOut(cve, soFar),
    }))
    .toSorted((a, b) => Number(b.isKnownExploited) - Number(a.isKnownExploited) || (b.score ?? -1) - (a.score ?? -1))
}

function wayOut({ standing, patch, fixedIn, reason }: Vulnerability, { version, offers }: FixedSoFar): string {
  const distribution = fixedIn === null ? '' : `the kernel package ${fixedIn}, and a reboot`
  if (patch !== null && patch.version > version) {
    const isOffered = offers.some((offer) => offer.version >= patch.version && offer.retracted === undefined)
    const what = `${patch.name}, version ${patch.version}${isOffered ? '' : ', which is not in the tier yet'}`
    return standing === 'partly' ? `a part: ${what}` : what
  }
  if (distribution !== '') return distribution
  return standing === 'open' ? 'nothing yet' : (reason ?? 'nothing yet')
}
