import { Fault } from '../../core/base/mod.ts'
import { explainRefusal, formatStraggler, type PatchSide, parseStragglers, stragglerScript } from '../../core/host/mod.ts'
import type { Vm } from '../vm/mod.ts'

/** How often the guest looks whether a transition has ended. */
const POLL_SECONDS = 0.05
const MARGIN_MS = 60_000
/**
 * For each function the kernel walks through all that it can trace, when it comes and when it goes; for each place that names what no module may
 * import, and there are several to a function, through all its symbols (6.1): a quarter of a second on an emulated processor.
 */
const FUNCTION_MS = 2000

export interface Livepatch {
  readonly name: string
  /** Of its module, in the guest. */
  readonly path: string
  /** That it replaces; 1 when it is not given. */
  readonly functionCount?: number
}

/** Loads a live patch and waits until every task runs the new code. Faults: prove/refused with what the kernel says, prove/stalled with who blocks it. */
export async function applyLivepatch(vm: Vm, { name, path, functionCount = 1 }: Livepatch, deadlineMs: number): Promise<void> {
  const before = await readLog(vm)
  const { code, stderr } = await vm.run(`insmod ${path}`, { timeoutMs: MARGIN_MS + functionCount * FUNCTION_MS })
  if (code !== 0) {
    const log = (await readLog(vm)).slice(before.length)
    const { finding, advice } = explainRefusal(stderr, log)
    throw new Fault('prove/refused', `Cannot load ${name}: ${finding}`, { in: logOf(log), try: advice })
  }
  const hasEnded = `[ "$(cat /sys/kernel/livepatch/${name}/transition)" = 0 ]`
  await waitFor(vm, { condition: hasEnded, act: `finish the transition to ${name}`, blockers: 'unpatched', deadlineMs })
}

/** Disables a live patch, waits until no task runs its code, and unloads it. Faults: prove/refused, prove/stalled. */
export async function revertLivepatch(vm: Vm, { name, functionCount = 1 }: Livepatch, deadlineMs: number): Promise<void> {
  const { code, stderr } = await vm.run(`echo 0 >/sys/kernel/livepatch/${name}/enabled`, {
    timeoutMs: MARGIN_MS + functionCount * FUNCTION_MS,
  })
  if (code !== 0)
    throw new Fault('prove/refused', `Cannot disable ${name}: ${stderr.trim()}`, { in: `/sys/kernel/livepatch/${name}/enabled` })
  const hasEnded = `[ ! -e /sys/kernel/livepatch/${name} ]`
  await waitFor(vm, {
    condition: hasEnded,
    act: `finish the transition away from ${name}`,
    blockers: 'patched',
    deadlineMs: deadlineMs + functionCount * FUNCTION_MS,
  })
  await unloadLivepatch(vm, name)
}

/** Faults: prove/refused. */
export async function unloadLivepatch(vm: Vm, name: string): Promise<void> {
  const { code, stderr } = await vm.run(`rmmod ${name}`)
  if (code !== 0) throw new Fault('prove/refused', `Cannot unload ${name}: ${stderr.trim()}`, { in: `/sys/module/${name}/refcnt` })
}

/** Lines of the kernel's log since boot. */
export async function readLog(vm: Vm): Promise<string[]> {
  return (await vm.run('dmesg')).stdout.split('\n').filter((line) => line !== '')
}

interface Wait {
  readonly condition: string
  readonly act: string
  /** Where the tasks stand that keep it from ending. */
  readonly blockers: PatchSide
  readonly deadlineMs: number
}

/** Polls inside the guest, so that waiting costs no round trips. */
async function waitFor(vm: Vm, { condition, act, blockers, deadlineMs }: Wait): Promise<void> {
  const turns = Math.ceil(deadlineMs / 1000 / POLL_SECONDS)
  const script = `n=0; until ${condition}; do n=$((n + 1)); [ $n -le ${turns} ] || exit 9; sleep ${POLL_SECONDS}; done 2>/dev/null`
  const { code } = await vm.run(script, { timeoutMs: 2 * deadlineMs + MARGIN_MS })
  if (code === 0) return
  const stragglers = parseStragglers((await vm.run(stragglerScript(blockers))).stdout)
  const tasks = stragglers.length === 1 ? '1 task has' : `${stragglers.length} tasks have`
  throw new Fault('prove/stalled', `Cannot ${act}: after ${deadlineMs / 1000} s ${tasks} not left the other code`, {
    in: stragglers.map((straggler) => `\n    ${formatStraggler(straggler)}`).join(''),
    try: 'a task that sleeps in a patched function for ever cannot be moved: patch a function that it calls instead; --deadline gives others longer',
  })
}

const SHOWN_LINES = 8

function logOf(lines: readonly string[]): string {
  if (lines.length === 0) return "the kernel's log has nothing on it"
  return `the kernel's log:${lines
    .slice(-SHOWN_LINES)
    .map((line) => `\n    ${line}`)
    .join('')}`
}
