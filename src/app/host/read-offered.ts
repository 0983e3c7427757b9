import { Fault } from '../../core/base/mod.ts'
import { readBundle } from '../../core/bundle/mod.ts'
import type { Candidate, Policy } from '../../core/host/mod.ts'
import type { Offer, Retraction } from '../../core/trust/mod.ts'
import { offersNow } from './check-repository.ts'
import { readFollowed, readFollowing, readRetracted } from './following-store.ts'
import { broughtPath } from './look-at.ts'
import type { HostPorts } from './ports.ts'
import { type ReadCandidate, candidateOf } from './read-candidate.ts'

/**
 * A live patch by its name, from the repository that this host follows; undefined when that has none of the name. Asks it at this moment, also for one that this host
 * keeps: it may have been taken back. Faults: trust/*, fetch/*, bundle/damaged.
 */
export async function readOffered(name: string, policy: Policy, ports: HostPorts): Promise<ReadCandidate | undefined> {
  if (name.includes('/') || (await ports.files.exists(name))) return undefined
  const followed = await readFollowed(ports)
  if (followed === undefined) return undefined
  const isIt = (offer: Offer) => offer.name === name
  if (!(await readFollowing(ports)).offers.some(isIt)) return undefined
  const choose = (offers: readonly Offer[]) => Promise.resolve(offers.find((offer) => isIt(offer) && offer.retracted === undefined))
  const offer = (await offersNow(followed, { policy, choose, takesData: false }, ports)).find(isIt)
  if (offer?.retracted !== undefined) throw takenBack(name, offer.retracted)
  return offer === undefined ? undefined : readBrought(offer, ports)
}

/** Why a live patch must not go in, whoever brings it: a person, a package, or what this host keeps. Undefined where its publisher has not taken it back. Faults: host/state. */
export async function findRetraction({ name, sha256 }: Candidate, ports: HostPorts): Promise<Fault | undefined> {
  const { retracted } = (await readRetracted(ports)).find(({ moduleSha256 }) => moduleSha256 === sha256) ?? {}
  return retracted === undefined ? undefined : takenBack(name, retracted)
}

function takenBack(name: string, { reason }: Retraction): Fault {
  return new Fault('trust/retracted', `Cannot apply ${name}: its publisher has taken it back: ${reason}`, {
    try: 'kmend plan shows what is on offer in its place',
  })
}

/** The bundle of an offer, which was brought. Faults: bundle/damaged, trust/metadata. */
export async function readBrought(offer: Offer, { files, digest }: HostPorts): Promise<ReadCandidate> {
  const path = broughtPath(offer.name)
  const bundle = readBundle(await files.readBytes(path), { file: path, digest })
  const { name, version = 1, kernel, module } = bundle.manifest
  const isIt =
    name === offer.name &&
    version === offer.version &&
    kernel.release === offer.release &&
    kernel.buildId === offer.buildId &&
    module.sha256 === offer.moduleSha256
  if (isIt) return candidateOf(bundle, digest)
  throw new Fault('trust/metadata', `Cannot use the bundle of ${offer.name}: it is another one than its offer says`, {
    in: path,
    try: 'tell the publisher',
  })
}
