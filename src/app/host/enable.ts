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
import { parseDemand } from '../log/mod.ts'
import { type Answer, askRepository, keepAnswer } from './ask-repository.ts'
import { ASKING_MS } from './ask-then-act.ts'
import { chosen, planNow } from './follow.ts'
import { needFollowed, readFollowed, readFollowing } from './following-store.ts'
import { note } from './host-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { checkIsRoot, readPolicy, withHostAsItIs } from './session.ts'

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
  if (followed.witnesses !== undefined) parseDemand(followed.witnesses, { sha256: (content) => Uint8Array.fromHex(ports.digest(content)) })
  checkIsRoot(ports)
  const answer = await askAll(followed, NOTHING_KNOWN, ports)
  const [fault] = answer.faults
  if (fault !== undefined && (answer.found === undefined || answer.isOffline)) throw fault
  return withHostAsItIs(ports, async (policy) => {
    await ports.files.write(PATHS.followed, formatFollowed(followed))
    await keepAnswer(answer, NOTHING_KNOWN, ports)
    const { release } = readKernel(ports.system)
    await note({ act: 'enable', patch: null, release, reason: null, outcome: 'done', detail: { ...followed } }, ports)
    return report(followed, policy, ports)
  })
}

/** Follows no repository any more. What is in force stays. Undefined when it followed none. Faults: host/not-root. */
export async function disableRepository(ports: HostPorts): Promise<Followed | undefined> {
  return withHostAsItIs(ports, async () => {
    const followed = await readFollowed(ports)
    if (followed === undefined) return undefined
    await ports.files.remove(PATHS.followed)
    for (const path of [PATHS.following, PATHS.vulnerabilities, PATHS.signedLifecycle, PATHS.kernels]) await ports.files.remove(path)
    const { url, tier } = followed
    const { release } = readKernel(ports.system)
    await note({ act: 'disable', patch: null, release, reason: null, outcome: 'done', detail: { url, tier } }, ports)
    return followed
  })
}

/** Asks the repository, and says what would be done now. One that cannot be asked is judged by what is known. Faults: host/not-root, host/no-repository. */
export async function planUpdates(ports: HostPorts): Promise<FollowingReport> {
  checkIsRoot(ports)
  const followed = await needFollowed(ports)
  const answer = await askAll(followed, await readFollowing(ports), ports)
  return withHostAsItIs(ports, async (policy) => {
    // What is known belongs to the repository that is followed by now.
    const isSame = JSON.stringify(await needFollowed(ports)) === JSON.stringify(followed)
    if (isSame) await keepAnswer(answer, await readFollowing(ports), ports)
    return report(await needFollowed(ports), policy, ports)
  })
}

/** What keeps the check from its end is in the answer. */
async function askAll(followed: Followed, known: Following, ports: HostPorts): Promise<Answer> {
  const policy = await readPolicy(ports)
  const choose = (offers: Following['offers']) => chosen(offers, policy, ports)
  return askRepository({ followed, known, policy, choose, takesData: true, deadline: ports.deadline(ASKING_MS) }, ports)
}

async function report(followed: Followed, policy: Policy, ports: HostPorts): Promise<FollowingReport> {
  const { checkedMs, validUntilMs, error } = await readFollowing(ports)
  return { followed, checkedMs, validUntilMs, error, plan: await planNow(policy, ports) }
}
