import { Fault } from '../../core/base/mod.ts'
import type { Followed, Policy } from '../../core/host/mod.ts'
import {
  type DATA_ROLES,
  type Offer,
  type VerifiedRole,
  bundleTarget,
  kernelRepository,
  parseOffer,
  parseRootFacts,
} from '../../core/trust/mod.ts'
import { demandWitnesses } from './demand-witnesses.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { takeLogged } from './take-logged.ts'

/** The tier that a host follows, for one kernel, verified. */
export interface View {
  readonly offers: readonly Offer[]
  readonly validUntilMs: number
  /** Of the other tiers. */
  readonly findElsewhere: () => Promise<readonly Offer[]>
  /** Brings the bundle of an offer, which the witnesses that are demanded have to have seen. What is there already is not fetched again. Faults: trust/witness, too. */
  readonly bring: (offer: Offer) => Promise<void>
  /** Signed data; undefined when the publisher gives none. */
  readonly findData: (role: (typeof DATA_ROLES)[number], path: string) => Promise<SignedData | undefined>
}

export interface SignedData {
  readonly sha256: string
  readonly read: () => Promise<Uint8Array>
}

export interface LookWish {
  /** The kernel. */
  readonly release: string
  readonly policy: Policy
  readonly isOffline: boolean
  readonly deadline: AbortSignal
}

/** Hands the tier as it is at this moment to `act`; offline: as it was when it was last verified, as long as that is valid. Faults: trust/*, fetch/*, io/*. */
export async function lookAt<T>(
  { url, fingerprint, tier, isCarried, witnesses }: Followed,
  { release, policy, isOffline, deadline }: LookWish,
  ports: HostPorts,
  act: (view: View) => Promise<T>,
): Promise<T> {
  const source = {
    ...{ url, fingerprint, isCarried, isOffline, deadline },
    repository: kernelRepository(release),
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
    const logged = { ...source, log, fetch: repository.fetch }
    const findRole = async (name: string) => {
      const role = await repository.role(name)
      const sizeLogged = await takeLogged([...repository.top, ...(role === undefined ? [] : [role])], logged, ports)
      return { role, sizeLogged }
    }
    const { role, sizeLogged } = await findRole(tier)
    return act({
      offers: offersOf(role),
      validUntilMs: Math.min(repository.validUntilMs, role?.expiresMs ?? Infinity),
      async findElsewhere() {
        const others: Offer[] = []
        for (const name of tiers.filter((other) => other !== tier)) others.push(...offersOf((await findRole(name)).role))
        return others
      },
      async bring({ name }) {
        const target = role?.targets.find(({ path }) => path === bundleTarget(tier, name))
        if (target === undefined) throw new Fault('host/unknown', `Cannot bring ${name}: the tier does not have it`, { in: url })
        // Only what goes in waits for witnesses. What was taken back counts as soon as it is told: nobody gains by holding that up.
        if (witnesses !== undefined) await demandWitnesses(witnesses, { ...logged, name, sizeLogged }, ports)
        await repository.download(target, broughtPath(name))
      },
      async findData(name, path) {
        const target = (await findRole(name)).role?.targets.find((candidate) => candidate.path === path)
        return target === undefined ? undefined : { sha256: target.sha256, read: () => repository.read(target) }
      },
    })
  })
}

/** Where the bundle of an offer is once it was brought. */
export function broughtPath(name: string): string {
  return `${PATHS.brought}/${name}.kmend`
}

function offersOf(tier: VerifiedRole | undefined): Offer[] {
  return (tier?.targets ?? []).map(({ path, custom }) => {
    const offer = parseOffer(custom, path)
    if (path === bundleTarget(tier?.name ?? '', offer.name)) return offer
    throw new Fault('trust/metadata', `Cannot read the tier: ${path} is the offer of ${offer.name}`, {
      in: path,
      try: 'tell the publisher',
    })
  })
}
