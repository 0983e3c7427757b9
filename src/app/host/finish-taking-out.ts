import { type Journal, type Policy, setAside } from '../../core/host/mod.ts'
import { conclude } from './conclude.ts'
import { readRecord, setTrialAside, writeRecord } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { takeOut } from './take-out.ts'
import { isInMemory, unloadDisabled } from './unload.ts'

/** From whatever a removal has come to, to its end. Where the module has to go, too, as far as no task is in it. */
export async function finishTakingOut(
  { journal, unloads = false }: { readonly journal: Journal; readonly unloads?: boolean },
  policy: Policy,
  ports: HostPorts,
): Promise<HostOutcome> {
  const { name } = journal
  const end = await takeOut(name, policy, ports)
  if (end.kind === 'stalled') return { kind: 'stalled', name, ms: end.ms, tasks: end.tasks, left: 'waiting' }
  const isWanted = journal.act === 'remove' || journal.act === 'revert'
  if (isWanted) await writeRecord(setAside(await readRecord(ports), journal, ports.nowMs()), ports)
  else await setTrialAside(journal, ports)
  const used = unloads ? await unloadDisabled(name, ports) : undefined
  const notes = used === undefined ? [] : [`its module could not be unloaded: ${used.finding}`]
  await conclude(journal, isWanted ? 'done' : 'undone', { transitionMs: end.ms, notes }, ports)
  return { kind: 'removed', name, transitionMs: end.ms, isInMemory: isInMemory(name, ports), notes }
}
