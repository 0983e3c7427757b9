import { Fault } from '../../core/base/mod.ts'
import {
  checkApplied,
  checkNothingLeft,
  classifyLog,
  functionsOf,
  type LivepatchState,
  parseState,
  STATE_SCRIPT,
} from '../../core/host/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { openKernel } from '../kernel/mod.ts'
import { type AbsentModule, type GuestModule, guestModulePath, loadWhatLoads, startVm, type Vm, withDependencies } from '../vm/mod.ts'
import { keepProof, removeProof } from './keep-proof.ts'
import { type Livepatch, applyLivepatch, readLog, revertLivepatch, unloadLivepatch } from './livepatch.ts'
import type { ProvePorts } from './ports.ts'
import { guestPath, type Probe, type ProbeResult, runProbes } from './probe.ts'
import { checkBuildIds, chooseRelease } from './release.ts'
import type { PatchProof, ProveReport } from './report.ts'
import { promisedFunctions, readSubject, type Subject, targetModules } from './subject.ts'

export interface ProveRequest {
  /** Folders of kmend build, or modules, in the order in which they are loaded; each replaces the one before. */
  readonly paths: readonly string[]
  readonly probes: readonly Probe[]
  readonly release?: string
  /** Further modules of the kernel to load before. */
  readonly modules: readonly string[]
  /** Load the modules that are patched after the live patch, not before: it must reach them then. */
  readonly isLate?: boolean
  readonly deadlineMs: number
}

/**
 * Loads live patches into the very kernel they were built for, one after the other, and takes the last one out again. What it saw stays as
 * `proof.json` in the folder of the last one.
 * Faults: prove/refused when the kernel does not load one, prove/stalled when a transition does not end, and those of the virtual machine.
 */
export async function prove(request: ProveRequest, ports: ProvePorts): Promise<ProveReport> {
  const subjects = await Promise.all(request.paths.map((path) => readSubject(path, ports)))
  const kernel = await openKernel(parseRelease(chooseRelease(subjects, request.release)), ports)
  checkBuildIds(subjects, kernel)
  const targets = [...new Set(subjects.flatMap(targetModules))]
  const otherModules = subjects.flatMap(({ external }) => (external === undefined ? [] : [external]))
  const patched = await withDependencies(targets, kernel, ports, otherModules)
  const files = filesOf(subjects, request.probes, patched)
  const emulator = await ports.emulator()
  for (const subject of subjects) await removeProof(subject, ports)
  const vm = await startVm(kernel, { modules: request.modules, otherModules, files, memoryMb: memoryFor(files) }, ports)
  try {
    const { release, buildId } = kernel.target
    const report = { release, buildId, emulator, bootMs: vm.bootMs, ...(await proveIn(vm, { subjects, patched }, request, ports)) }
    await keepProof({ subjects, probes: request.probes, target: kernel.target, report }, ports)
    return report
  } finally {
    await vm.stop()
  }
}

interface Line {
  readonly subjects: readonly Subject[]
  /** The modules that they patch, and what those depend on. */
  readonly patched: readonly GuestModule[]
}

const MB = 1 << 20

/** Files lie in the guest's memory once, in the initial RAM disk that they come in again, and modules a third time. */
function memoryFor(files: ReadonlyMap<string, Uint8Array>): number {
  return 512 + Math.ceil((3 * [...files.values()].reduce((sum, { length }) => sum + length, 0)) / MB)
}

async function proveIn(
  vm: Vm,
  { subjects, patched }: Line,
  request: ProveRequest,
  ports: ProvePorts,
): Promise<Omit<ProveReport, 'release' | 'buildId' | 'emulator' | 'bootMs'>> {
  const early = request.isLate === true ? [] : patched
  let absent = await loadTargets(vm, early, subjects)
  const before = await readState(vm)
  const logBefore = await readLog(vm)
  const probes: ProbeResult[] = await runProbes(vm, request.probes, 'before')
  const findings: string[] = []
  const proofs: PatchProof[] = []
  for (const [index, subject] of subjects.entries()) {
    ports.progress(`vm: applying ${subject.name}`)
    const previous = subjects[index - 1]
    const transitionMs = await timed(ports, () => applyLivepatch(vm, livepatchOf(subject), request.deadlineMs))
    findings.push(...(await checkNow(vm, subject)))
    if (previous !== undefined) findings.push(...(await removeReplaced(vm, previous)))
    else if (request.isLate === true) {
      absent = await loadTargets(vm, patched, subjects)
      findings.push(...(await checkNow(vm, subject)))
    }
    proofs.push({ name: subject.name, transitionMs, revertMs: undefined, functions: functionsOf(await readState(vm), subject.name) })
    probes.push(...(await runProbes(vm, request.probes, subjects.length === 1 ? 'with' : `with ${subject.name}`)))
  }
  const [last, proof] = [subjects.at(-1), proofs.pop()]
  if (last !== undefined && proof !== undefined) {
    ports.progress(`vm: reverting ${last.name}`)
    proofs.push({ ...proof, revertMs: await timed(ports, () => revertLivepatch(vm, livepatchOf(last), request.deadlineMs)) })
  }
  probes.push(...(await runProbes(vm, request.probes, 'after')))
  const expected = { ...before, modules: [...before.modules, ...patched.map(({ name }) => name)] }
  findings.push(...checkNothingLeft(expected, await readState(vm)), ...describeLog((await readLog(vm)).slice(logBefore.length)))
  return { kind: findings.length === 0 ? 'proved' : 'disproved', patches: proofs, absent, probes, findings }
}

function filesOf(subjects: readonly Subject[], probes: readonly Probe[], modules: readonly GuestModule[]): Map<string, Uint8Array> {
  return new Map([
    ...modules.map((module) => [guestModulePath(module.name), module.bytes] as const),
    ...subjects.map((subject) => [modulePath(subject), subject.bytes] as const),
    ...probes.map((probe) => [guestPath(probe), probe.content] as const),
  ])
}

function livepatchOf(subject: Subject): Livepatch {
  return { name: subject.name, path: modulePath(subject), functionCount: promisedFunctions(subject)?.length ?? 0 }
}

function modulePath({ name }: Subject): string {
  return `/patches/${name}.ko`
}

async function readState(vm: Vm): Promise<LivepatchState> {
  return parseState((await vm.run(STATE_SCRIPT)).stdout)
}

async function checkNow(vm: Vm, subject: Subject): Promise<string[]> {
  return checkApplied(await readState(vm), subject.name, promisedFunctions(subject))
}

/** Faults: vm/boot when nothing that is patched is there: then nothing would be shown. */
async function loadTargets(vm: Vm, modules: readonly GuestModule[], subjects: readonly Subject[]): Promise<AbsentModule[]> {
  const absent = await loadWhatLoads(vm, modules)
  const [first] = absent
  const isThere = (object: string) => absent.every(({ name }) => name !== object)
  const objects = subjects.flatMap(({ manifest }) => manifest?.objects.map(({ name }) => name) ?? [])
  if (first !== undefined && !objects.some(isThere))
    throw new Fault('vm/boot', `Cannot load the module ${first.name} in the virtual machine: ${first.said}`, {
      try: 'prove it where its device is: on a host, kmend apply does the same checks',
    })
  return absent
}

/** A live patch that was replaced is gone from sysfs, and its module can be unloaded. */
async function removeReplaced(vm: Vm, { name }: Subject): Promise<string[]> {
  const state = await readState(vm)
  if (state.patches.some((patch) => patch.name === name)) return [`${name} is still listed after its replacement was applied`]
  await unloadLivepatch(vm, name)
  return []
}

async function timed({ nowMs }: ProvePorts, act: () => Promise<void>): Promise<number> {
  const startMs = nowMs()
  await act()
  return Math.round(nowMs() - startMs)
}

function describeLog(lines: readonly string[]): string[] {
  return classifyLog(lines.join('\n')).map((finding) => `kernel log, ${finding.kind}: ${finding.line}`)
}
