import { Fault } from '../../core/base/mod.ts'
import {
  type FollowPlan,
  type Followed,
  type Following,
  NOTHING_KNOWN,
  type Policy,
  formatFollowed,
  isFingerprint,
} from '../../core/host/mod.ts'
import { checkRepository, foundIn } from './check-repository.ts'
import { chosen, planNow } from './follow.ts'
import { needFollowed, readFollowed, readFollowing, writeFollowing } from './following-store.ts'
import { note } from './host-store.ts'
import { lookAt } from './look-at.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { withHostAsItIs } from './session.ts'

/** Whom this host follows, and what that means for it now. */
export interface FollowingReport {
  readonly followed: Followed
  /** Of the last check that came to its end; null when none did. */
  readonly checkedMs: number | null
  readonly validUntilMs: number | null
  /** Why the last check did not come to its end; null when it did. */
  readonly error: string | null
  readonly plan: FollowPlan
}

/** Follows a repository from now on, once it was verified. What is on offer goes in by the agent's next round. Faults: host/not-root, trust/*, fetch/*. */
export async function enableRepository(followed: Followed, ports: HostPorts): Promise<FollowingReport> {
  if (!isFingerprint(followed.fingerprint))
    throw new Fault('trust/root', `Cannot pin "${followed.fingerprint}": a fingerprint has 64 digits of hex`, {
      try: 'ask the publisher for the fingerprint of the repository',
    })
  return withHostAsItIs(ports, async (policy) => {
    const { release } = readKernel(ports.system)
    const known = await lookAt(followed, { policy, isOffline: false }, ports, (view) =>
      Promise.resolve(foundIn(view, { before: NOTHING_KNOWN, release, nowMs: ports.nowMs() })),
    )
    await ports.files.write(PATHS.followed, formatFollowed(followed))
    await writeFollowing(known, ports)
    const { url, fingerprint, tier, isCarried } = followed
    await note({ act: 'enable', patch: null, release, reason: null, outcome: 'done', detail: { url, fingerprint, tier, isCarried } }, ports)
    return askAndReport(followed, policy, ports)
  })
}

/** Follows no repository any more. What is in force stays. Undefined when it followed none. Faults: host/not-root. */
export async function disableRepository(ports: HostPorts): Promise<Followed | undefined> {
  return withHostAsItIs(ports, async () => {
    const followed = await readFollowed(ports)
    if (followed === undefined) return undefined
    await ports.files.remove(PATHS.followed)
    for (const path of [PATHS.following, PATHS.vulnerabilities, PATHS.signedLifecycle]) await ports.files.remove(path)
    const { url, tier } = followed
    const { release } = readKernel(ports.system)
    await note({ act: 'disable', patch: null, release, reason: null, outcome: 'done', detail: { url, tier } }, ports)
    return followed
  })
}

/** Asks the repository, and says what would be done now. One that cannot be asked is judged by what is known. Faults: host/not-root, host/no-repository. */
export async function planUpdates(ports: HostPorts): Promise<FollowingReport> {
  return withHostAsItIs(ports, async (policy) => {
    const followed = await needFollowed(ports)
    return askAndReport(followed, policy, ports)
  })
}

/** What keeps the check from its end is in the report. */
async function askAndReport(followed: Followed, policy: Policy, ports: HostPorts): Promise<FollowingReport> {
  const wish = { policy, choose: (offers: Following['offers']) => chosen(offers, policy, ports), takesData: true }
  await checkRepository(followed, wish, ports).catch((error: unknown) => {
    if (!(error instanceof Fault)) throw error
  })
  const { checkedMs, validUntilMs, error } = await readFollowing(ports)
  return { followed, checkedMs, validUntilMs, error, plan: await planNow(policy, ports) }
}
