import { runAgent } from '../../src/app/host/agent.ts'
import { type FollowingReport, enableRepository } from '../../src/app/host/enable.ts'
import type { FollowReport } from '../../src/app/host/follow.ts'
import { readHistoryOf } from '../../src/app/host/history.ts'
import type { Followed } from '../../src/core/host/mod.ts'
import { type Offer, formatOffer } from '../../src/core/trust/mod.ts'
import { makeBundle } from './bundle-specimen.ts'
import { type FollowingHost, makeFollowingHost } from './following-host.ts'
import { type ServedRepository, serveSmallRepository } from './served-repository.ts'
import { offerOf, publish, putTarget } from './small-repository.ts'

export const HOUR = 3_600_000
export const BAD = { sinceMs: 0, reason: 'it panics', stepBack: true }

const BUILD_ID = 'ab'.repeat(20)

/** A host that follows a repository over a plain web server. */
export interface Follower {
  readonly served: ServedRepository
  readonly host: FollowingHost
  readonly enable: (change?: Partial<Followed>) => Promise<FollowingReport>
  /** The bundle of fix_<version>. */
  readonly bundle: (version: number) => Uint8Array
  /** Publishes it in a tier: stable, where none is named. */
  readonly offer: (version: number, change?: Partial<Offer>, tier?: string) => void
  /** A round of the agent, so much later. */
  readonly round: (aheadMs?: number) => Promise<FollowReport | null>
  /** What is in the history. */
  readonly acts: () => Promise<string[]>
}

export async function makeFollower(tiers?: readonly string[]): Promise<Follower> {
  const served = await serveSmallRepository(tiers)
  const { release, folder, repo, server } = served
  const host = makeFollowingHost(`${folder}/host`, { release, buildId: BUILD_ID })
  const bundleOf = (version: number) => makeBundle({ name: `fix_${version}`, version, release, buildId: BUILD_ID })
  const follows = { url: server.url, fingerprint: repo.fingerprint, tier: 'stable', isCarried: false }
  return {
    served,
    host,
    enable: (change) => enableRepository({ ...follows, ...change }, host.ports),
    bundle: (version) => bundleOf(version).bytes,
    offer(version, change, tier = 'stable') {
      const { bytes, manifest } = bundleOf(version)
      const told = { name: `fix_${version}`, version, release, buildId: BUILD_ID, moduleSha256: manifest.module.sha256 }
      putTarget(repo, `${tier}/fix_${version}.kmend`, { content: bytes, custom: formatOffer(offerOf({ ...told, ...change })) })
      publish(repo, [tier])
    },
    async round(aheadMs = 0) {
      host.aheadMs += aheadMs
      return (await runAgent(host.ports)).followed
    },
    acts: async () =>
      (await readHistoryOf(undefined, host.ports)).entries.map(({ act, patch, outcome }) => `${act} ${patch ?? '-'} ${outcome}`),
  }
}
