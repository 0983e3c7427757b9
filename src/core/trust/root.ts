import { Fault } from '../base/mod.ts'

/** What root says beside what TUF asks for (`kmend` in its signed part): docs/formats/repository.md, clause 8. */
export interface RootFacts {
  /** In their order: a bundle comes into one after it has been in the one before. */
  readonly tiers: readonly string[]
  readonly log: { readonly origin: string; readonly key: string }
}

const TIER = /^[a-z][a-z0-9-]{0,30}$/

/** From the signed part of a root. Faults: trust/metadata. */
export function parseRootFacts(signed: unknown): RootFacts {
  const { kmend } = isRecord(signed) ? signed : {}
  if (isRecord(kmend) && kmend['schema'] === 'kmend/root/1') {
    const { tiers, log } = kmend
    const areTiers = Array.isArray(tiers) && tiers.length > 0 && tiers.every((tier) => typeof tier === 'string' && TIER.test(tier))
    if (areTiers && isRecord(log) && typeof log['origin'] === 'string' && typeof log['key'] === 'string')
      return { tiers: tiers as string[], log: { origin: log['origin'], key: log['key'] } }
  }
  throw new Fault(
    'trust/metadata',
    'Cannot read what the root of the repository says of tiers and log: it is not of the form kmend/root/1',
    {
      in: 'root.json: kmend',
      try: 'this is another repository of TUF, or one that needs a newer kmend',
    },
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
