import { Fault } from '../../core/base/mod.ts'
import { readBundle } from '../../core/bundle/mod.ts'
import type { Policy } from '../../core/host/mod.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { offersNow } from './check-repository.ts'
import { readFollowed, readFollowing } from './following-store.ts'
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
  if (offer?.retracted !== undefined)
    throw new Fault('trust/retracted', `Cannot apply ${name}: its publisher has taken it back: ${offer.retracted.reason}`, {
      in: followed.url,
      try: 'kmend plan shows what is on offer in its place',
    })
  return offer === undefined ? undefined : readBrought(offer, ports)
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
