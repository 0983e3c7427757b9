import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { type RepoPorts, initRepository } from '../../src/app/repo/mod.ts'
import { makeRepoPorts } from '../../src/bin/ports/repo-ports.ts'
import { type TufSource, withTuf } from '../../src/io/tuf-client.ts'
import { type BundleWish, makeBundle } from './bundle-specimen.ts'

export const RELEASE = '6.1.0-1-cloud-amd64'

export interface TestPublisher {
  readonly folder: string
  readonly repo: string
  readonly fingerprint: string
  readonly ports: RepoPorts
  /** Those of this machine, when `ports` are others. */
  readonly machine: RepoPorts
  /** Writes a bundle; returns where. */
  readonly bundle: (wish: BundleWish) => string
  readonly remove: () => void
}

export interface PublisherWish {
  readonly store?: string
  /** Other ports than this machine's. */
  readonly ports?: (machine: RepoPorts, folder: string) => Promise<RepoPorts>
}

/** A repository with the tiers canary and stable in a folder of its own, whose publisher agrees to everything. */
export async function makePublisher({ store, ports: other }: PublisherWish = {}): Promise<TestPublisher> {
  const folder = mkdtempSync(`${tmpdir()}/kmend-publisher-`)
  const machine = makeRepoPorts(() => Promise.resolve(true))
  const ports = (await other?.(machine, folder)) ?? machine
  const repo = `${folder}/repo`
  const request = { folder: repo, name: 'example.org/livepatches', tiers: ['canary', 'stable'], ...(store === undefined ? {} : { store }) }
  const { fingerprint } = await initRepository(request, ports)
  return {
    folder,
    repo,
    fingerprint: fingerprint ?? '',
    ports,
    machine,
    bundle(wish) {
      const path = `${folder}/${wish.name ?? 'kmend_fix'}.kmend`
      writeFileSync(path, makeBundle({ release: RELEASE, ...wish }).bytes)
      return path
    },
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** What a host sees that reads a tier of the kernel, with nothing kept: names, and whether they are retracted. Undefined when the tier offers nothing. */
export async function seenBy(
  source: Omit<TufSource, 'isCarried' | 'isOffline' | 'repository'>,
  tier: string,
): Promise<string[] | undefined> {
  return withTuf({ ...source, repository: `kernels/${RELEASE}`, isCarried: false, isOffline: false }, async (repository) => {
    const role = await repository.role(tier)
    if (role === undefined) return undefined
    for (const target of role.targets) await repository.read(target)
    return role.targets.map(({ custom }) => {
      const { name, retracted } = (custom as { kmend: { name: string; retracted?: { reason: string } } }).kmend
      return retracted === undefined ? name : `${name} retracted: ${retracted.reason}`
    })
  })
}

/** Ports whose store fails at the write of this number, and at every later one. */
export function killedAt(number: number, ports: RepoPorts): { readonly ports: RepoPorts; readonly wasKilled: () => boolean } {
  let writes = 0
  const counted =
    <A extends readonly unknown[]>(write: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      if (writes++ >= number) throw new Error('killed')
      await write(...args)
    }
  const openStore: RepoPorts['openStore'] = (place, folder) => {
    const store = ports.openStore(place, folder)
    return { ...store, put: counted(store.put), putFile: counted(store.putFile), share: counted(store.share) }
  }
  return { ports: { ...ports, openStore }, wasKilled: () => writes > number }
}
