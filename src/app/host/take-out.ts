import { Fault } from '../../core/base/mod.ts'
import type { Policy } from '../../core/host/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { type TransitionEnd, awaitTransition } from './transition.ts'

/** Disables a live patch, waits until no task runs its code, and unloads it. Returns what is left of it where that is more than nothing. */
export async function takeOut(
  name: string,
  policy: Policy,
  ports: HostPorts,
): Promise<{ readonly end: TransitionEnd; readonly notes: readonly string[] }> {
  const said = disable(name, ports)
  if (said !== undefined) throw new Fault('host/refused', `Cannot disable ${name}: ${said}`, { in: `${PATHS.livepatch}/${name}/enabled` })
  const end = await awaitTransition(policy.transition.deadlineMs, ports)
  return { end, notes: end.kind === 'ended' ? await unload([name], ports) : [] }
}

/** Undefined when it is disabled, or on its way. */
function disable(name: string, { system }: HostPorts): string | undefined {
  const path = `${PATHS.livepatch}/${name}/enabled`
  return system.read(path)?.trim() === '1' ? system.write(path, '0') : undefined
}

/** Unloads modules that do nothing any more. Returns a line for each that stays in memory. */
export async function unload(names: readonly string[], ports: HostPorts): Promise<string[]> {
  const notes: string[] = []
  for (const name of names) {
    if (!ports.system.names('/sys/module').includes(name)) continue
    const answer = await ports.modules.unload(name)
    if (answer.kind === 'refused') notes.push(`the module ${name} stays in memory until the next boot: ${answer.said}`)
  }
  return notes
}
