import { Fault } from '../../core/base/mod.ts'
import type { Policy } from '../../core/host/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { type TransitionEnd, awaitTransition } from './transition.ts'

/** Disables a live patch, and waits until every task is out of the functions that it replaces. Its module stays in memory: docs/decisions/0022. */
export async function takeOut(name: string, policy: Policy, ports: HostPorts): Promise<TransitionEnd> {
  const said = disable(name, ports)
  if (said !== undefined) throw new Fault('host/refused', `Cannot disable ${name}: ${said}`, { in: `${PATHS.livepatch}/${name}/enabled` })
  return awaitTransition(policy.transition.deadlineMs, ports)
}

/** Undefined when it is disabled, or on its way. */
function disable(name: string, { system }: HostPorts): string | undefined {
  const path = `${PATHS.livepatch}/${name}/enabled`
  return system.read(path)?.trim() === '1' ? system.write(path, '0') : undefined
}
