import { type HostRecord, type PatchRecord, findPatch } from './host-record.ts'

/** A live patch that a package has brought, and that no one need have asked for. */
export interface PackagedPatch {
  readonly name: string
  readonly version: number
  readonly release: string
  /** Of the kernel, in hex. */
  readonly buildId: string
  readonly folder: string
}

export interface PackagedFacts {
  readonly release: string
  readonly buildId: string | undefined
  /** The live patch of ours that the kernel runs now. */
  readonly inForce: PatchRecord | undefined
  /** What the administrator holds, by name. */
  readonly hold: readonly string[]
}

/**
 * The newest live patch that packages have brought for this very kernel, where it is not in force and nobody has decided about it here: its package came
 * while another kernel ran, or a reboot ended its trial. One that was taken off, made trouble or is on hold is a decision.
 */
export function duePackaged(packaged: readonly PackagedPatch[], record: HostRecord, facts: PackagedFacts): PackagedPatch | undefined {
  const [newest] = packaged
    .filter(({ release, buildId }) => release === facts.release && buildId === facts.buildId)
    .toSorted((a, b) => b.version - a.version)
  if (newest === undefined || facts.hold.includes(newest.name)) return undefined
  if (facts.inForce !== undefined && facts.inForce.version >= newest.version) return undefined
  const standing = findPatch(record, newest)?.standing
  return standing === undefined || (standing.kind === 'kept' && standing.cutShort === true) ? newest : undefined
}
