import { type Policy, planApply } from '../../core/host/mod.ts'
import { findDue } from './find-due.ts'
import { readRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { putIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'

/**
 * Applies the live patch that a package has brought for this kernel, where it is due; undefined when none is. What speaks against it speaks so in every
 * round: it is said, and makes no entry of the history each time. Faults: those of readCandidate.
 */
export async function applyPackaged(policy: Policy, ports: HostPorts): Promise<HostOutcome | undefined> {
  const facts = readKernel(ports.system)
  const record = await readRecord(ports)
  const due = await findDue(facts, record, policy, ports)
  if (due === undefined) return undefined
  const read = await readCandidate(due.folder, facts.release, ports)
  const plan = planApply({ candidate: read.candidate, mayLower: false, mayReplaceOthers: false }, facts, record, policy)
  if (plan.kind === 'refused') return { kind: 'refused', name: due.name, faults: plan.faults }
  const owner = await ports.packageOf(`${due.folder}/manifest.json`)
  return putIn({ act: 'apply', read, mayReplaceOthers: false, reason: null, package: owner?.name ?? null }, policy, ports)
}
