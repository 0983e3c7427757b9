import { parseManifest } from '../../core/bundle/mod.ts'
import { type PackagedPatch, type Policy, duePackaged, inForce, modeOf, planApply } from '../../core/host/mod.ts'
import { readRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import { PATHS } from './paths.ts'
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
  if (modeOf(facts) !== 'on' || facts.livepatch === undefined) return undefined
  const record = await readRecord(ports)
  const current = inForce(facts.livepatch.patches, record, facts.release)
  const due = duePackaged(await readPackaged(facts.release, ports), record, { ...facts, inForce: current, hold: policy.hold })
  if (due === undefined) return undefined
  const read = await readCandidate(due.folder, facts.release, ports)
  const plan = planApply({ candidate: read.candidate, mayLower: false, mayReplaceOthers: false }, facts, record, policy)
  if (plan.kind === 'refused') return { kind: 'refused', name: due.name, faults: plan.faults }
  const owner = await ports.packageOf(`${due.folder}/manifest.json`)
  return putIn({ act: 'apply', read, mayReplaceOthers: false, reason: null, package: owner?.name ?? null }, policy, ports)
}

async function readPackaged(release: string, { system, files }: HostPorts): Promise<PackagedPatch[]> {
  const home = `${PATHS.packaged}/${release}`
  const manifests = await Promise.all(
    system.names(home).map(async (entry) => {
      const folder = `${home}/${entry}`
      const path = `${folder}/manifest.json`
      return { folder, manifest: parseManifest(await files.readText(path), path) }
    }),
  )
  return manifests.map(({ folder, manifest }) => ({
    name: manifest.name,
    version: manifest.version ?? 1,
    release: manifest.kernel.release,
    buildId: manifest.kernel.buildId,
    folder,
  }))
}
