import { Fault } from '../../core/base/mod.ts'
import type { Followed, Policy } from '../../core/host/mod.ts'
import { type DATA_ROLES, type Offer, bundleTarget, kernelRepository, parseOffer, parseRootFacts } from '../../core/trust/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { takeLogged } from './take-logged.ts'

/** The tier that a host follows, for its kernel, verified. */
export interface View {
  readonly tiers: readonly string[]
  readonly offers: readonly Offer[]
  readonly validUntilMs: number
  /** Brings the bundle of an offer, and returns its path. What is there already is not fetched again. */
  readonly bring: (offer: Offer) => Promise<string>
  /** Signed data; undefined when the publisher gives none. */
  readonly findData: (role: (typeof DATA_ROLES)[number], path: string) => Promise<SignedData | undefined>
}

export interface SignedData {
  readonly sha256: string
  readonly read: () => Promise<Uint8Array>
}

/** Hands the tier as it is at this moment to `act`; offline: as it was when it was last verified, as long as that is valid. Faults: trust/*, fetch/*, io/*. */
export async function lookAt<T>(
  { url, fingerprint, tier, isCarried }: Followed,
  { policy, isOffline }: { readonly policy: Policy; readonly isOffline: boolean },
  ports: HostPorts,
  act: (view: View) => Promise<T>,
): Promise<T> {
  const source = {
    ...{ url, fingerprint, isCarried, isOffline },
    repository: kernelRepository(readKernel(ports.system).release),
    proxy: policy.updates.proxy ?? undefined,
    folder: `${PATHS.metadata}/${fingerprint}`,
  }
  return ports.withRepository(source, async (repository) => {
    const { tiers, log } = parseRootFacts(repository.root)
    if (!tiers.includes(tier))
      throw new Fault('trust/delegation', `Cannot follow the tier ${tier}: the repository has ${tiers.join(', ')}`, {
        in: url,
        try: 'kmend enable … --tier with one of them',
      })
    const findRole = async (name: string) => {
      const role = await repository.role(name)
      if (role !== undefined) await takeLogged(role, { ...source, log, fetch: repository.fetch }, ports)
      return role
    }
    const role = await findRole(tier)
    const targets = new Map((role?.targets ?? []).map((target) => [target.path, target]))
    const offers = [...targets.values()].map(({ path, custom }) => checkPlace(parseOffer(custom, path), path, tier))
    return act({
      tiers,
      offers,
      validUntilMs: Math.min(repository.validUntilMs, role?.expiresMs ?? Infinity),
      async bring({ name }) {
        const target = targets.get(bundleTarget(tier, name))
        if (target === undefined) throw new Fault('host/unknown', `Cannot bring ${name}: the tier does not have it`, { in: url })
        const path = broughtPath(name)
        await repository.download(target, path)
        return path
      },
      async findData(name, path) {
        const target = (await findRole(name))?.targets.find((candidate) => candidate.path === path)
        return target === undefined ? undefined : { sha256: target.sha256, read: () => repository.read(target) }
      },
    })
  })
}

/** Where the bundle of an offer is once it was brought. */
export function broughtPath(name: string): string {
  return `${PATHS.brought}/${name}.kmend`
}

function checkPlace(offer: Offer, path: string, tier: string): Offer {
  if (path === bundleTarget(tier, offer.name)) return offer
  throw new Fault('trust/metadata', `Cannot read the tier: ${path} is the offer of ${offer.name}`, {
    in: path,
    try: 'tell the publisher',
  })
}
