import { sourceVersions } from '../../src/app/source/mod.ts'
import type { SourcePorts } from '../../src/app/source/mod.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { compareDebianVersions, findOffer, isBuildable, type KernelOffer, listOffers, parseRelease } from '../../src/core/kernel/mod.ts'

/** A kernel to patch, and the source that has the fixes. */
export interface ReleasePair {
  readonly base: KernelOffer
  readonly to: string
}

export interface PairWish {
  readonly base?: string
  readonly to?: string
  readonly line: string
}

/**
 * The pair that is asked for; else the newest of a line whose source spans a real upstream change, since a packaging revision brings hardly any.
 * The cloud flavour is the smallest. Faults: kernel/not-offered, archive/unreachable.
 */
export async function choosePair({ base, to, line }: PairWish, ports: SourcePorts): Promise<ReleasePair> {
  const index = await ports.archive.list()
  const wanted = base === undefined ? undefined : findOffer(index, parseRelease(base))
  const newest = to ?? (await sourceVersions(wanted?.release.line ?? line, ports)).at(-1) ?? ''
  const fitting = (offer: KernelOffer) =>
    offer.release.line === line && offer.release.flavour === 'cloud' && isBuildable(offer) && isUpstreamOlder(offer.version, newest)
  const chosen = wanted ?? listOffers(index).findLast(fitting)
  if (chosen !== undefined) return { base: chosen, to: newest }
  throw new Fault(
    'kernel/not-offered',
    `Cannot find a kernel of the ${line} line that can be built for and is older than ${newest || 'any source'}`,
    {
      try: 'name one: --base <release> --to <source version>',
    },
  )
}

function isUpstreamOlder(version: string, newest: string): boolean {
  return compareDebianVersions(version.replace(/-.*/, ''), newest.replace(/-.*/, '')) < 0
}
