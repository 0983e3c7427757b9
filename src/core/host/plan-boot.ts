import { type HostRecord, type PatchRecord, accept, cutShort, quarantine, setAside, withPatch } from './host-record.ts'
import { isBarred } from './retractions.ts'
import { versionBefore } from './version-before.ts'

export interface BootFacts {
  readonly release: string
  readonly buildId: string
  readonly bootId: string
  readonly nowMs: number
  /** Whether live patches go in without a person. */
  readonly isAutomatic: boolean
}

export interface BootPlan {
  /** What is known now, with what the last boot has shown. */
  readonly record: HostRecord
  /** The live patches that come back, in this order; none when none is accepted for this very kernel. */
  readonly restore: readonly PatchRecord[]
  /** What a person should know. */
  readonly events: readonly { readonly name: string; readonly kind: 'quarantined' | 'trial-ended' | 'taken-back'; readonly text: string }[]
}

/**
 * What a boot does about live patches. One that was on trial, or was just coming back, when the host went down without a clean shutdown is not loaded again;
 * one that was on trial at a clean shutdown waits for a person or the agent. What its publisher has taken back does not come back: where hosts are asked to step
 * back, the version before does.
 */
export function planBoot(record: HostRecord, facts: BootFacts): BootPlan {
  let now = record
  const events: BootPlan['events'][number][] = []
  for (const patch of record.patches) {
    const bootId = suspectBoot(patch)
    if (bootId === undefined || bootId === facts.bootId) continue
    if (bootId !== record.cleanBootId) {
      const reason = `the host went down without a clean shutdown ${patch.standing.kind === 'trial' ? 'while it was on trial' : 'while it came back at boot'}`
      now = quarantine(now, patch, reason, facts.nowMs)
      events.push({ name: patch.name, kind: 'quarantined', text: reason })
    } else if (patch.standing.kind === 'trial') {
      now = cutShort(now, patch, facts.nowMs)
      events.push({ name: patch.name, kind: 'trial-ended', text: 'its trial was ended by a reboot: apply it again' })
    }
  }
  for (const patch of now.patches) {
    const { name, release, standing, retracted } = patch
    if (retracted === undefined || !isBarred(patch) || standing.kind !== 'accepted' || release !== facts.release) continue
    now = setAside(now, patch, facts.nowMs)
    const before = retracted.stepBack && facts.isAutomatic ? versionBefore(now, patch) : undefined
    if (before !== undefined) now = accept(now, before, facts.nowMs)
    const instead = before === undefined ? 'it does not come back' : `${before.name} comes back in its place`
    events.push({ name, kind: 'taken-back', text: `its publisher has taken it back: ${retracted.reason}; ${instead}` })
  }
  const restore = acceptedFor(now, facts)
  for (const patch of restore) now = withPatch(now, { ...patch, standing: { kind: 'accepted', restoring: facts.bootId } })
  return { record: now, restore, events }
}

/**
 * What is accepted for this very kernel, or for any build of it when none is named, and nothing that must not be loaded. One of ours takes the place of all before it, so that modules of other builders
 * come after it, the oldest first.
 */
export function acceptedFor(
  { patches }: HostRecord,
  { release, buildId }: { readonly release: string; readonly buildId?: string },
): PatchRecord[] {
  const isFor = (patch: PatchRecord) => buildId === undefined || patch.buildId === '' || patch.buildId === buildId
  return patches
    .filter((patch) => patch.standing.kind === 'accepted' && !isBarred(patch) && patch.release === release && isFor(patch))
    .toSorted((a, b) => b.version - a.version || a.sinceMs - b.sinceMs)
}

/** The host has come up with what came back: a crash from here on is not put down to that. */
export function endRestore(record: HostRecord): HostRecord {
  return {
    ...record,
    patches: record.patches.map((patch) =>
      patch.standing.kind === 'accepted' && patch.standing.restoring !== null
        ? { ...patch, standing: { kind: 'accepted', restoring: null } }
        : patch,
    ),
  }
}

/** The boot whose end would be put down to this patch. */
function suspectBoot({ standing }: PatchRecord): string | undefined {
  if (standing.kind === 'trial') return standing.bootId
  return standing.kind === 'accepted' ? (standing.restoring ?? undefined) : undefined
}
