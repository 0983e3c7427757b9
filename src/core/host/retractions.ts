import type { Offer, Retraction } from '../trust/mod.ts'
import type { HeardRetraction, HostRecord, PatchRecord } from './host-record.ts'

/** What publishers offer for one kernel. */
export interface Offered {
  readonly release: string
  /** In the tier that the host follows. */
  readonly offers: readonly Offer[]
  /** In the other tiers, as far as they were read. */
  readonly elsewhere: readonly Offer[]
}

/** Whether the host keeps what the tier that it follows does not list: it came by another tier, or by no repository at all. */
export function keepsUnlisted({ patches }: HostRecord, { release, offers }: Pick<Offered, 'release' | 'offers'>): boolean {
  return patches.some((patch) => patch.release === release && patch.version > 0 && !offers.some((offer) => isOfferOf(offer, patch)))
}

/** Kernels that this host keeps live patches for and can boot, beside the one that runs. */
export function otherKernels({ patches }: HostRecord, running: string, installed: readonly string[]): string[] {
  const kept = new Set(patches.filter(({ version }) => version > 0).map(({ release }) => release))
  return [...new Set(installed)].filter((release) => release !== running && kept.has(release))
}

/** With what publishers have taken back, or offer again. The tier that is followed has the say; what no tier lists stays as it was told before. */
export function heedOffers(record: HostRecord, { release, offers, elsewhere }: Offered): HostRecord {
  const patches = record.patches.map((patch) => {
    if (patch.release !== release) return patch
    const isIt = (offer: Offer) => isOfferOf(offer, patch)
    const others = elsewhere.filter(isIt)
    const said = offers.find(isIt) ?? others.find(({ retracted }) => retracted !== undefined) ?? others[0]
    if (said === undefined) return patch
    const { retracted: before, ...bare } = patch
    return said.retracted === undefined ? bare : { ...bare, retracted: heard(said.retracted, before) }
  })
  return { ...record, patches }
}

/** What an administrator has accepted stays so until its publisher says something else of it. */
function heard(said: Retraction, before: HeardRetraction | undefined): HeardRetraction {
  const isSame = said.reason === before?.reason && said.stepBack === before.stepBack
  return isSame && before.accepted !== undefined ? { ...said, accepted: before.accepted } : said
}

/** Whether it must not be loaded: its publisher has taken it back, and nobody here has accepted that it runs all the same. */
export function isBarred({ retracted }: { readonly retracted?: HeardRetraction | undefined }): boolean {
  return retracted !== undefined && retracted.accepted === undefined
}

/** Why it was taken back, and, where an administrator has it run all the same, why that. */
export function formatRetraction({ reason, accepted }: HeardRetraction): string {
  return accepted === undefined ? reason : `${reason}; it was accepted here all the same: ${accepted.reason}`
}

export function isOfferOf({ name, moduleSha256 }: Offer, patch: Pick<PatchRecord, 'name' | 'sha256'>): boolean {
  return patch.name === name && patch.sha256 === moduleSha256
}
