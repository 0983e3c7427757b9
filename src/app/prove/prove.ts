import { Fault } from '../../core/base/mod.ts'
import { type LivepatchState, type LogFinding, STATE_SCRIPT, classifyLog, parseState, unexpectedTaint } from '../../core/host/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { openKernel } from '../kernel/mod.ts'
import { type Vm, type VmPorts, startVm } from '../vm/mod.ts'
import { type Probe, type ProbeResult, guestPath, runProbes } from './probe.ts'
import { type Subject, readSubject } from './subject.ts'

export interface ProveRequest {
  /** Folders of kmend build, or modules, in the order in which they are loaded. */
  readonly paths: readonly string[]
  readonly probes: readonly Probe[]
  readonly release?: string
  /** Further modules of the kernel to load before. */
  readonly modules: readonly string[]
  readonly deadlineMs: number
}

export interface ProveReport {
  readonly kind: 'proved' | 'disproved'
  readonly release: string
  readonly bootMs: number
  readonly patches: readonly PatchProof[]
  readonly probes: readonly ProbeResult[]
  /** Everything that is not as it should be; empty when proved. */
  readonly findings: readonly string[]
}

export interface PatchProof {
  readonly name: string
  readonly transitionMs: number
  readonly revertMs: number | undefined
  /** `object:function,sympos`, as sysfs listed them. */
  readonly functions: readonly string[]
}

export interface ProvePorts extends VmPorts {
  readonly nowMs: () => number
}

/**
 * Loads live patches into the very kernel they were built for, one after the other, and takes the last one out again.
 * Faults: prove/refused when the kernel does not load one, prove/stalled when a transition does not end, and those of the virtual machine.
 */
export async function prove(request: ProveRequest, ports: ProvePorts): Promise<ProveReport> {
  const subjects = await Promise.all(request.paths.map((path) => readSubject(path, ports.files)))
  const release = chooseRelease(subjects, request.release)
  const kernel = await openKernel(parseRelease(release), ports)
  const files = new Map([
    ...subjects.map((subject) => [`/patches/${subject.name}.ko`, subject.bytes] as const),
    ...request.probes.map((probe) => [guestPath(probe), probe.content] as const),
  ])
  const targets = subjects
    .flatMap((subject) => (subject.manifest?.objects ?? []).map((object) => object.name))
    .filter((name) => name !== 'vmlinux')
  const vm = await startVm(kernel, { modules: [...new Set([...targets, ...request.modules])], files }, ports)
  try {
    return { release, bootMs: vm.bootMs, ...(await proveIn(vm, subjects, request, ports)) }
  } finally {
    await vm.stop()
  }
}

async function proveIn(
  vm: Vm,
  subjects: readonly Subject[],
  request: ProveRequest,
  ports: ProvePorts,
): Promise<Omit<ProveReport, 'release' | 'bootMs'>> {
  const findings: string[] = []
  const patches: PatchProof[] = []
  const before = await readState(vm)
  const logStart = (await readLog(vm)).length
  const probes = await runProbes(vm, request.probes, 'before')
  let previous: Subject | undefined
  for (const subject of subjects) {
    ports.progress(`vm: applying ${subject.name}`)
    const transitionMs = await apply(vm, subject, request.deadlineMs, ports)
    const state = await readState(vm)
    findings.push(...checkApplied(state, subject))
    if (previous !== undefined) findings.push(...(await removeReplaced(vm, state, previous)))
    patches.push({ name: subject.name, transitionMs, revertMs: undefined, functions: functionsOf(state, subject.name) })
    probes.push(...(await runProbes(vm, request.probes, subjects.length === 1 ? 'with' : `with ${subject.name}`)))
    previous = subject
  }
  const last = patches.pop()
  if (previous !== undefined && last !== undefined) {
    ports.progress(`vm: reverting ${previous.name}`)
    patches.push({ ...last, revertMs: await revert(vm, previous, request.deadlineMs, ports) })
  }
  probes.push(...(await runProbes(vm, request.probes, 'after')))
  findings.push(...checkNothingLeft(before, await readState(vm)))
  const log = (await readLog(vm)).slice(logStart)
  findings.push(...classifyLog(log).map(describeLog))
  return { kind: findings.length === 0 ? 'proved' : 'disproved', patches, probes, findings }
}

function chooseRelease(subjects: readonly Subject[], wanted: string | undefined): string {
  const releases = [...new Set(subjects.map((subject) => subject.release))]
  const [release] = releases
  if (release === undefined || releases.length > 1 || (wanted !== undefined && wanted !== release)) {
    const wishes = [
      ...subjects.map((subject) => `${subject.name} is for ${subject.release}`),
      ...(wanted === undefined ? [] : [`${wanted} is asked for`]),
    ]
    throw new Fault('kernel/mismatch', `Cannot prove these together: ${wishes.join(', ')}`, {
      try: 'give live patches for one and the same kernel',
    })
  }
  return release
}

async function readState(vm: Vm): Promise<LivepatchState> {
  return parseState((await vm.run(STATE_SCRIPT)).stdout)
}

async function readLog(vm: Vm): Promise<string> {
  return (await vm.run('dmesg')).stdout
}

async function apply(vm: Vm, subject: Subject, deadlineMs: number, ports: ProvePorts): Promise<number> {
  const start = ports.nowMs()
  const { code, stderr } = await vm.run(`insmod /patches/${subject.name}.ko`)
  if (code !== 0) {
    const log = (await readLog(vm)).trimEnd().split('\n').slice(-4).join('\n    ')
    throw new Fault('prove/refused', `Cannot load ${subject.name}: ${stderr.trim()}`, {
      in: `the kernel's log:\n    ${log}`,
      try: 'check that the module was built for exactly this kernel',
    })
  }
  await waitFor(
    vm,
    `[ "$(cat /sys/kernel/livepatch/${subject.name}/transition)" = 0 ]`,
    deadlineMs,
    `finish the transition to ${subject.name}`,
  )
  return Math.round(ports.nowMs() - start)
}

async function revert(vm: Vm, subject: Subject, deadlineMs: number, ports: ProvePorts): Promise<number> {
  const start = ports.nowMs()
  const { code, stderr } = await vm.run(`echo 0 >/sys/kernel/livepatch/${subject.name}/enabled`)
  if (code !== 0) throw new Fault('prove/refused', `Cannot disable ${subject.name}: ${stderr.trim()}`)
  await waitFor(vm, `[ ! -e /sys/kernel/livepatch/${subject.name} ]`, deadlineMs, `finish the transition away from ${subject.name}`)
  const took = Math.round(ports.nowMs() - start)
  await unload(vm, subject.name)
  return took
}

async function unload(vm: Vm, name: string): Promise<void> {
  const { code, stderr } = await vm.run(`rmmod ${name}`)
  if (code !== 0) throw new Fault('prove/refused', `Cannot unload ${name}: ${stderr.trim()}`)
}

/** Polls inside the guest, so that waiting costs no round trips. */
async function waitFor(vm: Vm, condition: string, deadlineMs: number, act: string): Promise<void> {
  const seconds = Math.ceil(deadlineMs / 1000)
  const { code } = await vm.run(
    `end=$(($(date +%s) + ${seconds})); until ${condition}; do [ "$(date +%s)" -lt $end ] || exit 9; sleep 0.05; done`,
    { timeoutMs: deadlineMs + 60_000 },
  )
  if (code === 0) return
  const { stdout } = await vm.run(
    'for t in /proc/[0-9]*/task/*; do s=$(cat $t/patch_state 2>/dev/null); [ "$s" = 0 -o "$s" = 1 ] && echo "$s ${t##*/} $(cat $t/comm)"; done | sort | head -20',
  )
  throw new Fault('prove/stalled', `Cannot ${act}: it has not ended within ${seconds} s`, {
    in: `tasks (state, id, name):\n    ${stdout.trim().replaceAll('\n', '\n    ')}`,
    try: '--deadline SECONDS gives it longer',
  })
}

function functionsOf(state: LivepatchState, name: string): string[] {
  const patch = state.patches.find((candidate) => candidate.name === name)
  return (patch?.objects ?? []).flatMap((object) => object.functions.map((func) => `${object.name}:${func}`)).toSorted()
}

function checkApplied(state: LivepatchState, subject: Subject): string[] {
  const patch = state.patches.find((candidate) => candidate.name === subject.name)
  if (patch === undefined) return [`sysfs does not list ${subject.name}`]
  const findings: string[] = []
  if (!patch.isEnabled) findings.push(`${subject.name} is not enabled`)
  for (const object of patch.objects) if (!object.isPatched) findings.push(`${subject.name}: the object ${object.name} is not patched`)
  if (subject.manifest !== undefined) {
    const promised = subject.manifest.objects.flatMap((object) =>
      object.functions.map((func) => `${object.name}:${func.name},${func.sympos === 0 ? 1 : func.sympos}`),
    )
    const listed = functionsOf(state, subject.name)
    for (const name of promised) if (!listed.includes(name)) findings.push(`the manifest promises ${name}, sysfs does not list it`)
    for (const name of listed) if (!promised.includes(name)) findings.push(`sysfs lists ${name}, the manifest does not`)
  }
  return findings
}

async function removeReplaced(vm: Vm, state: LivepatchState, previous: Subject): Promise<string[]> {
  if (state.patches.some((patch) => patch.name === previous.name))
    return [`${previous.name} is still listed after its replacement was applied`]
  await unload(vm, previous.name)
  return []
}

function checkNothingLeft(before: LivepatchState, after: LivepatchState): string[] {
  const findings: string[] = []
  const news = (what: string, old: readonly string[], now: readonly string[]) => {
    for (const item of now) if (!old.includes(item)) findings.push(`${what} left behind: ${item}`)
  }
  news(
    'live patch',
    before.patches.map((patch) => patch.name),
    after.patches.map((patch) => patch.name),
  )
  news('traced function', before.tracedFunctions, after.tracedFunctions)
  news('module', before.modules, after.modules)
  const taint = unexpectedTaint(before, after)
  if (taint !== 0) findings.push(`unexpected taint bits 0x${taint.toString(16)}`)
  return findings
}

function describeLog(finding: LogFinding): string {
  return `kernel log, ${finding.kind}: ${finding.line}`
}
