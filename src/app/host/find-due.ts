import { parseManifest } from '../../core/bundle/mod.ts'
import {
  type HostRecord,
  type KernelFacts,
  type PackagedPatch,
  type Policy,
  duePackaged,
  inForce,
  isBarred,
  isOfferOf,
  modeOf,
} from '../../core/host/mod.ts'
import { readFollowingIfWhole } from './following-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'

/** The live patch that a package has brought and that the agent's next round applies; undefined when there is none. Faults: build/manifest. */
export async function findDue(
  facts: KernelFacts,
  record: HostRecord,
  { hold }: Pick<Policy, 'hold'>,
  ports: HostPorts,
): Promise<PackagedPatch | undefined> {
  const { livepatch, release } = facts
  if (livepatch === undefined || modeOf(facts) !== 'on') return undefined
  const { offers } = await readFollowingIfWhole(ports)
  // What this host keeps has what was said of it already, and what an administrator has accepted.
  const unknown = offers.filter((offer) => !record.patches.some((patch) => isOfferOf(offer, patch)))
  const takenBack = [...unknown, ...record.patches].filter(isBarred).map(({ name }) => name)
  const current = inForce(livepatch.patches, record, release)
  return duePackaged(await readPackaged(release, ports), record, { ...facts, inForce: current, hold: [...hold, ...takenBack] })
}

async function readPackaged(release: string, { system, files }: HostPorts): Promise<PackagedPatch[]> {
  const home = `${PATHS.packaged}/${release}`
  const manifests = await Promise.all(
    system.names(home).map(async (entry) => {
      const folder = `${home}/${entry}`
      const path = `${folder}/manifest.json`
      // A package that is being unpacked just now, or that left a file of someone else's behind.
      return (await files.exists(path)) ? [{ folder, manifest: parseManifest(await files.readText(path), path) }] : []
    }),
  )
  return manifests.flat().map(({ folder, manifest }) => ({
    name: manifest.name,
    version: manifest.version ?? 1,
    release: manifest.kernel.release,
    buildId: manifest.kernel.buildId,
    folder,
  }))
}
