import { Fault } from '../../core/base/mod.ts'
import { readBundle } from '../../core/bundle/mod.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { type Answer, askRepository, keepAnswer } from './ask-repository.ts'
import { takenBack } from './find-retraction.ts'
import { readFollowed, readFollowing, readFollowingIfWhole } from './following-store.ts'
import { broughtPath } from './look-at.ts'
import type { HostPorts } from './ports.ts'
import { type ReadCandidate, candidateOf } from './read-candidate.ts'
import { readPolicy } from './session.ts'

/**
 * Asks the repository that this host follows for a live patch by its name, also for one that this host keeps: it may have been taken back. Undefined when the
 * repository has none of the name.
 */
export async function askFor(name: string, deadline: AbortSignal, ports: HostPorts): Promise<Answer | undefined> {
  if (name.includes('/') || (await ports.files.exists(name))) return undefined
  const followed = await readFollowed(ports)
  if (followed === undefined) return undefined
  const known = await readFollowingIfWhole(ports)
  const isIt = (offer: Offer) => offer.name === name
  if (!known.offers.some(isIt)) return undefined
  const choose = (offers: readonly Offer[]) => Promise.resolve(offers.find((offer) => isIt(offer) && offer.retracted === undefined))
  return askRepository({ followed, known, policy: await readPolicy(ports), choose, takesData: false, deadline }, ports)
}

/** What was asked for; undefined when it is not on offer any more. Faults: trust/*, fetch/*, bundle/damaged. */
export async function takeOffered(name: string, answer: Answer, ports: HostPorts): Promise<ReadCandidate | undefined> {
  await keepAnswer(answer, await readFollowing(ports), ports)
  const fault = answer.faults.at(-1)
  if (answer.found === undefined && fault !== undefined) throw fault
  const offer = answer.found?.offers.find((one) => one.name === name)
  if (offer?.retracted !== undefined) throw takenBack(name, offer.retracted)
  if (offer === undefined) return undefined
  if (answer.brought !== name && fault !== undefined) throw fault
  return readBrought(offer, ports)
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
