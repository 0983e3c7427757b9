import type { Offer } from '../trust/mod.ts'
import { type HostRecord, type PatchRecord, findPatch } from './host-record.ts'
import type { Policy } from './policy.ts'
import { isInScope } from './scope.ts'
import { formatRetraction, isBarred, isOfferOf } from './retractions.ts'
import { versionBefore } from './version-before.ts'
import { type Zone, nextOpening } from './window.ts'

export interface FollowFacts {
  readonly release: string
  readonly buildId: string
  /** The live patch of ours that the kernel runs now. */
  readonly inForce: PatchRecord | undefined
  readonly record: HostRecord
  readonly nowMs: number
  readonly zone: Zone
}

export type FollowAct =
  | { readonly kind: 'apply'; readonly offer: Offer; readonly why: string }
  /** Until a time, or until a person acts (null). */
  | { readonly kind: 'wait'; readonly name: string; readonly untilMs: number | null; readonly why: string }
  /** To a version that was accepted here, or to none. */
  | { readonly kind: 'step-back'; readonly from: PatchRecord; readonly to: PatchRecord | null; readonly why: string }
  | { readonly kind: 'nothing'; readonly why: string }

export interface FollowPlan {
  readonly act: FollowAct
  /** What is to be said of each, the newest first. */
  readonly offers: readonly { readonly offer: Offer; readonly verdict: string }[]
}

type Verdict =
  | { readonly kind: 'out'; readonly why: string }
  | { readonly kind: 'ready'; readonly why: string }
  | { readonly kind: 'later'; readonly untilMs: number | null; readonly why: string }

/** What a host does about the offers of its tier, once its record has heeded them. Touches nothing. */
export function planFollow(offers: readonly Offer[], facts: FollowFacts, policy: Policy): FollowPlan {
  const judged = offers
    .toSorted((a, b) => b.version - a.version)
    .map((offer) => ({ offer, verdict: judge(offer, offers, { facts, policy }) }))
  return { act: decide(judged, facts, policy), offers: judged.map(({ offer, verdict }) => ({ offer, verdict: verdict.why })) }
}

/** In one line, as the history has it. */
export function formatDecision(act: FollowAct): string {
  switch (act.kind) {
    case 'apply':
      return `apply ${act.offer.name}: ${act.why}`
    case 'wait':
      return `wait with ${act.name}: ${act.why}`
    case 'step-back':
      return `go back from ${act.from.name} to ${act.to === null ? 'no live patch' : act.to.name}: ${act.why}`
    case 'nothing':
      return `nothing to do: ${act.why}`
  }
}

interface Judged {
  readonly offer: Offer
  readonly verdict: Verdict
}

function decide(judged: readonly Judged[], facts: FollowFacts, { updates }: Policy): FollowAct {
  const ready = judged.find(({ verdict }) => verdict.kind === 'ready')
  if (ready !== undefined) return { kind: 'apply', offer: ready.offer, why: ready.verdict.why }
  const { inForce, record } = facts
  if (inForce?.retracted?.stepBack === true && isBarred(inForce)) {
    const { name, retracted } = inForce
    const why = `${name} is taken back by its publisher: ${retracted.reason}`
    if (!updates.automatic) return { kind: 'wait', name, untilMs: null, why: `${why}; a person has to act: kmend downgrade` }
    return { kind: 'step-back', from: inForce, to: versionBefore(record, inForce) ?? null, why }
  }
  const later = judged.flatMap(({ offer, verdict }) => (verdict.kind === 'later' ? [{ offer, ...verdict }] : []))
  // The one whose time comes first; of those that wait for a person, the newest.
  const [first] = later.toSorted((a, b) => (a.untilMs ?? Infinity) - (b.untilMs ?? Infinity))
  if (first !== undefined) return { kind: 'wait', name: first.offer.name, untilMs: first.untilMs, why: first.why }
  const [newest] = judged
  if (newest === undefined) return { kind: 'nothing', why: 'the tier has no live patch for this kernel' }
  return { kind: 'nothing', why: `${newest.offer.name}, version ${newest.offer.version}: ${newest.verdict.why}` }
}

interface Circumstances {
  readonly facts: FollowFacts
  readonly policy: Policy
}

function judge(offer: Offer, offers: readonly Offer[], { facts, policy }: Circumstances): Verdict {
  const against = whyNot(offer, facts, policy)
  if (against !== undefined) return { kind: 'out', why: against }
  const { updates } = policy
  const from = facts.inForce?.version ?? 0
  // A later version holds what the ones between fix; its own urgency is that of what it adds. One of them that was taken back counts, too: what it fixed is still to be had.
  const gained = offers.filter(({ version }) => version > from && version <= offer.version)
  if (!gained.some((other) => isInScope(other, updates.scope))) return { kind: 'out', why: 'it is not in the scope of the policy' }
  if (!updates.automatic) return { kind: 'later', untilMs: null, why: `it waits for a person: kmend apply ${offer.name}` }
  if (gained.some((other) => isInScope(other, updates.urgent))) return { kind: 'ready', why: 'it is urgent' }
  const { nowMs, zone } = facts
  const ripeMs = offer.sinceMs + updates.delayMs
  const opensMs = nextOpening(updates.windows, Math.max(ripeMs, nowMs), zone)
  if (ripeMs > nowMs)
    return { kind: 'later', untilMs: opensMs, why: `it is in the tier since ${day(offer.sinceMs)}, and the policy lets it ripen` }
  if (opensMs > nowMs) return { kind: 'later', untilMs: opensMs, why: 'no maintenance window is open' }
  return { kind: 'ready', why: facts.inForce === undefined ? 'nothing is in force' : `version ${from} is in force` }
}

/** What keeps it out whatever the time. */
function whyNot(offer: Offer, { release, buildId, inForce, record }: FollowFacts, { hold, updates }: Policy): string | undefined {
  const { name, version, retracted } = offer
  const known = findPatch(record, { release, name })
  const standing = known?.standing
  if (offer.release !== release || offer.buildId !== buildId) return 'it is for another build of this kernel'
  if (inForce !== undefined && isOfferOf(offer, inForce))
    return retracted === undefined
      ? 'it is in force'
      : `it is in force, and taken back: ${formatRetraction(inForce.retracted ?? retracted)}`
  if (retracted !== undefined) return `it was taken back on ${day(retracted.sinceMs)}: ${retracted.reason}`
  if (inForce !== undefined && version <= inForce.version) return `version ${inForce.version} is in force`
  if (updates.pin !== null && version > updates.pin) return `the policy pins version ${updates.pin}`
  if (hold.includes(name)) return 'it is on hold here'
  if (known !== undefined && known.sha256 !== offer.moduleSha256) return 'this host knows another live patch of that name'
  if (standing?.kind === 'quarantined') return `it is in quarantine here: ${standing.reason}`
  if (standing?.kind === 'kept' && standing.cutShort !== true) return `it was taken off here: kmend apply ${name}`
  return undefined
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
