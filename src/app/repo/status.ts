import { CATALOGUE, type Repository, type TierOffer, areasOf, offersOf } from '../../core/trust/mod.ts'
import { type Witnessed, readWitnessed } from './cosign.ts'
import { type RoleListing, describeKeys } from './keys.ts'
import { type DocumentLack, readPending, writeRequest } from './pending.ts'
import { findLacks } from './act.ts'
import type { RepoPorts } from './ports.ts'
import { openPublisher } from './publisher.ts'
import { readOwn } from './seen.ts'

export interface RepoStatus {
  readonly fingerprint: string
  readonly place: string
  readonly tiers: readonly string[]
  /** The first day on which something of a role is not believed any more. */
  readonly roles: readonly (RoleListing & { readonly expires: string | null })[]
  readonly kernels: readonly KernelStatus[]
  readonly witnessed: Witnessed
  readonly pending: {
    readonly act: string
    readonly isComplete: boolean
    readonly lacks: readonly DocumentLack[]
    readonly request: string | null
  } | null
}

export interface KernelStatus {
  readonly release: string
  readonly from: string | null
  readonly until: string | null
  readonly tiers: readonly { readonly tier: string; readonly offers: readonly TierOffer[] }[]
}

/** What is in which tier, when it expires, and what waits for whom. */
export async function repoStatus(folder: string, ports: RepoPorts): Promise<RepoStatus> {
  const publisher = await openPublisher(folder, ports)
  const repository = await readOwn('all', publisher, ports)
  const { tiers } = repository.root.signed.kmend
  const pending = await readPending(publisher, ports)
  const lacks = pending === undefined ? [] : findLacks(pending.change, repository, ports)
  return {
    fingerprint: publisher.fingerprint,
    place: publisher.store.place,
    tiers,
    roles: describeKeys(repository, publisher, ports).map((listing) => ({ ...listing, expires: firstExpiry(repository, listing.role) })),
    kernels: repository.listed.map(({ release, from, until }) => {
      const area = repository.kernels.get(release)
      return { release, from, until, tiers: tiers.map((tier) => ({ tier, offers: offersOf(area, tier) })) }
    }),
    witnessed: await readWitnessed(publisher, ports),
    pending:
      pending === undefined
        ? null
        : {
            act: pending.change.act,
            isComplete: pending.isComplete,
            lacks,
            request: lacks.length === 0 ? null : await writeRequest(pending, lacks, { publisher, ports }),
          },
  }
}

function firstExpiry(repository: Repository, role: string): string | null {
  if (role === 'root') return repository.root.signed.expires
  const all = areasOf(repository).flatMap(({ path, timestamp, snapshot, targets, roles }) => {
    const own = { timestamp, snapshot, targets, ...roles }
    return role === 'kernels' && path !== CATALOGUE ? [] : [own[role as keyof typeof own]?.signed.expires]
  })
  return all.filter((expires) => expires !== undefined).toSorted()[0] ?? null
}
