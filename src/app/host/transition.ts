import type { BlockingTask, Policy } from '../../core/host/mod.ts'
import { findBlocking } from './blocking.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readLivepatch } from './read-kernel.ts'

export type TransitionEnd =
  | { readonly kind: 'ended'; readonly ms: number }
  | { readonly kind: 'stalled'; readonly ms: number; readonly tasks: readonly BlockingTask[] }

/** How often the kernel is asked. */
const POLL_MS = 50
const TELL_MS = 1000

/** Waits until no transition runs, whichever way it goes. */
export async function awaitTransition(deadlineMs: number, { system, nowMs, sleep, progress }: HostPorts): Promise<TransitionEnd> {
  const startMs = nowMs()
  for (let toldMs = startMs; ; await sleep(POLL_MS)) {
    const moving = system.names(PATHS.livepatch).find((name) => system.read(`${PATHS.livepatch}/${name}/transition`)?.trim() === '1')
    const ms = nowMs() - startMs
    if (moving === undefined) return { kind: 'ended', ms }
    if (ms < deadlineMs && nowMs() - toldMs < TELL_MS) continue
    const tasks = findBlocking(system, readLivepatch(system) ?? { patches: [] })
    if (ms >= deadlineMs) return { kind: 'stalled', ms, tasks }
    toldMs = nowMs()
    progress(`${moving}: in transition for ${Math.round(ms / 1000)} s, ${tasks.length} tasks to go`)
  }
}

/** As the policy says of a transition that is late: wait once more, after waking its tasks or not. */
export async function awaitByPolicy({ transition }: Policy, ports: HostPorts): Promise<TransitionEnd> {
  const first = await awaitTransition(transition.deadlineMs, ports)
  if (first.kind === 'ended' || transition.stalled !== 'signal') return first
  pokeTasks(first.tasks, ports)
  const second = await awaitTransition(transition.deadlineMs, ports)
  return { ...second, ms: first.ms + second.ms }
}

/**
 * Stops and continues tasks, so that they leave the system call they sleep in and begin it anew. The kernel does the like by itself, 15 s after a transition began
 * (klp_send_signals() of kernel/livepatch/transition.c); this does it now. Kernel threads and process 1 are left alone.
 */
export function pokeTasks(tasks: readonly BlockingTask[], { poke }: Pick<HostPorts, 'poke'>): BlockingTask[] {
  const poked = tasks.filter(({ isKernelThread, pid }) => !isKernelThread && pid !== 1)
  for (const pid of new Set(poked.map((task) => task.pid))) poke(pid)
  return poked
}
