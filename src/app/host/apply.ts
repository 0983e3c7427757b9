import { Fault } from '../../core/base/mod.ts'
import { inForce, versionBefore } from '../../core/host/mod.ts'
import { askThenAct } from './ask-then-act.ts'
import { readRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { putIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { askFor, takeOffered } from './read-offered.ts'
import { withHost } from './session.ts'

export interface ApplyRequest {
  /** A bundle, the folder of a build, a module, or the name of a live patch that this host keeps or is offered. */
  readonly patch: string
  readonly mayReplaceOthers: boolean
  readonly reason: string | null
  readonly package: string | null
  /** Why it goes in though its publisher has taken it back. */
  readonly acceptRetracted?: string | undefined
}

/** Applies a live patch to the running kernel. */
export async function applyPatch(request: ApplyRequest, ports: HostPorts): Promise<HostOutcome> {
  const { patch, acceptRetracted } = request
  return askThenAct(
    {
      // What a repository has taken back it does not bring.
      ask: async (deadline) => (acceptRetracted === undefined ? askFor(patch, deadline, ports) : undefined),
      async act(answer, { policy, isFresh }) {
        if (answer !== undefined && !isFresh) return undefined
        const offered = answer === undefined ? undefined : await takeOffered(patch, answer, ports)
        const read = offered ?? (await readCandidate(patch, readKernel(ports.system).release, ports))
        return putIn({ ...request, act: 'apply', read }, policy, ports)
      },
    },
    ports,
  )
}

/** Goes back to the version before the one that is in force. Faults: host/unknown when there is none. */
export async function downgradePatch(request: Pick<ApplyRequest, 'reason'>, ports: HostPorts): Promise<HostOutcome> {
  return withHost(ports, async (policy) => {
    const { release, livepatch } = readKernel(ports.system)
    const record = await readRecord(ports)
    const current = inForce(livepatch?.patches ?? [], record, release)
    if (current === undefined)
      throw new Fault('host/unknown', 'Cannot downgrade: no live patch of ours is in force', { try: 'kmend patches lists what is loaded' })
    const lower = versionBefore(record, current)
    if (lower === undefined) {
      throw new Fault('host/unknown', `Cannot downgrade: this host keeps no version before ${current.version} for ${release}`, {
        try: `kmend remove ${current.name} takes it off`,
      })
    }
    const read = await readCandidate(lower.name, release, ports)
    return putIn({ act: 'downgrade', read, mayReplaceOthers: false, reason: request.reason, package: null }, policy, ports)
  })
}
