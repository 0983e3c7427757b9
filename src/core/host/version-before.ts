import type { HostRecord, PatchRecord } from './host-record.ts'
import { isBarred } from './retractions.ts'

/** The highest version below this one that was accepted here and that nobody has taken back. */
export function versionBefore({ patches }: HostRecord, { release, version }: PatchRecord): PatchRecord | undefined {
  return patches
    .filter(
      (patch) =>
        patch.release === release &&
        patch.version > 0 &&
        patch.version < version &&
        (patch.standing.kind === 'accepted' || (patch.standing.kind === 'kept' && patch.standing.wasAccepted)) &&
        !isBarred(patch),
    )
    .toSorted((a, b) => b.version - a.version)[0]
}
