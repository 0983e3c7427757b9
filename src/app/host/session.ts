import { Fault } from '../../core/base/mod.ts'
import { type Policy, parsePolicy } from '../../core/host/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts, TomlAnswer } from './ports.ts'
import { recover } from './recover.ts'

/** Runs what changes the kernel: as root, one at a time, and after what an interrupted run left has been brought to its end. */
export async function withHost<T>(ports: HostPorts, act: (policy: Policy) => Promise<T>): Promise<T> {
  return withHostAsItIs(ports, async (policy) => {
    await recover(policy, ports)
    return act(policy)
  })
}

/** The agent's round takes seconds; an act that waits for a transition can take longer. */
const LOCK_WAIT_MS = 30_000

/** As `withHost`, for what is done about a transition that is under way. */
export async function withHostAsItIs<T>(ports: HostPorts, act: (policy: Policy) => Promise<T>): Promise<T> {
  checkIsRoot(ports)
  const policy = await readPolicy(ports)
  return ports.withLock(PATHS.lock, LOCK_WAIT_MS, () => act(policy))
}

/** Faults: host/not-root. */
export function checkIsRoot({ actor }: Pick<HostPorts, 'actor'>): void {
  if (actor.uid === 0) return
  throw new Fault('host/not-root', 'Cannot change the live patches of this host: only root may', {
    try: 'run the same command with sudo',
  })
}

/** Faults: host/policy. */
export async function readPolicy({ toml }: Pick<HostPorts, 'toml'>): Promise<Policy> {
  return parsePolicy(policyTables(await toml(PATHS.policy)), PATHS.policy)
}

/** Faults: host/policy. */
export function policyTables(answer: TomlAnswer): Readonly<Record<string, unknown>> {
  if (answer.kind === 'absent') return {}
  if (answer.kind === 'read') return answer.tables
  throw new Fault('host/policy', `Cannot read the policy of this host: ${answer.finding}`, {
    in: PATHS.policy,
    try: 'man kmend.toml shows its form',
  })
}
