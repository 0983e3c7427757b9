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
import { type GuestModule, guestModulePath, loadModules, startVm, type Vm, type VmPorts, withDependencies } from '../vm/mod.ts'
import { applyLivepatch, readLog, revertLivepatch, unloadLivepatch } from './livepatch.ts'
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

export interface ProvePorts extends VmPorts {
  readonly nowMs: () => number
  /** SHA-256 in hex. */
  readonly digest: (bytes: Uint8Array) => string
}

/**
 * Loads live patches into the very kernel they were built for, one after the other, and takes the last one out again.
 * Faults: prove/refused when the kernel does not load one, prove/stalled when a transition does not end, and those of the virtual machine.
 */
export async function prove(request: ProveRequest, ports: ProvePorts): Promise<ProveReport> {
  const subjects = await Promise.all(request.paths.map((path) => readSubject(path, ports)))
  const kernel = await openKernel(parseRelease(chooseRelease(subjects, request.release)), ports)
  checkBuildIds(subjects, kernel)
  const targets = [...new Set(subjects.flatMap(targetModules))]
  const early = request.isLate === true ? request.modules : [...targets, ...request.modules]
  const otherModules = subjects.flatMap(({ external }) => (external === undefined ? [] : [external]))
  const late = request.isLate === true ? await withDependencies(targets, kernel, ports, otherModules) : []
  const vm = await startVm(kernel, { modules: [...new Set(early)], otherModules, files: filesOf(subjects, request.probes, late) }, ports)
  try {
    return { release: kernel.target.release, bootMs: vm.bootMs, ...(await proveIn(vm, { subjects, late }, request, ports)) }
  } finally {
    await vm.stop()
  }
}

interface Line {
  readonly subjects: readonly Subject[]
  /** Modules to load once the first live patch is there. */
  readonly late: readonly GuestModule[]
}

async function proveIn(
  vm: Vm,
  { subjects, late }: Line,
  request: ProveRequest,
  ports: ProvePorts,
): Promise<Omit<ProveReport, 'release' | 'bootMs'>> {
  const before = await readState(vm)
  const logBefore = await readLog(vm)
  const probes: ProbeResult[] = await runProbes(vm, request.probes, 'before')
  const findings: string[] = []
  const proofs: PatchProof[] = []
  for (const [index, subject] of subjects.entries()) {
    ports.progress(`vm: applying ${subject.name}`)
    const previous = subjects[index - 1]
    const transitionMs = await timed(ports, () => applyLivepatch(vm, { name: subject.name, path: modulePath(subject) }, request.deadlineMs))
    findings.push(...(await checkNow(vm, subject)))
    if (previous === undefined) findings.push(...(await loadLate(vm, late, subject)))
    else findings.push(...(await removeReplaced(vm, previous)))
    proofs.push({ name: subject.name, transitionMs, revertMs: undefined, functions: functionsOf(await readState(vm), subject.name) })
    probes.push(...(await runProbes(vm, request.probes, subjects.length === 1 ? 'with' : `with ${subject.name}`)))
  }
  const last = proofs.pop()
  if (last !== undefined) {
    ports.progress(`vm: reverting ${last.name}`)
    proofs.push({ ...last, revertMs: await timed(ports, () => revertLivepatch(vm, last.name, request.deadlineMs)) })
  }
  probes.push(...(await runProbes(vm, request.probes, 'after')))
  const expected = { ...before, modules: [...before.modules, ...late.map(({ name }) => name)] }
  findings.push(...checkNothingLeft(expected, await readState(vm)), ...describeLog((await readLog(vm)).slice(logBefore.length)))
  return { kind: findings.length === 0 ? 'proved' : 'disproved', patches: proofs, probes, findings }
}

function filesOf(subjects: readonly Subject[], probes: readonly Probe[], modules: readonly GuestModule[]): Map<string, Uint8Array> {
  return new Map([
    ...modules.map((module) => [guestModulePath(module.name), module.bytes] as const),
    ...subjects.map((subject) => [modulePath(subject), subject.bytes] as const),
    ...probes.map((probe) => [guestPath(probe), probe.content] as const),
  ])
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

/** Modules that come after the live patch are patched as they load. */
async function loadLate(vm: Vm, late: readonly GuestModule[], subject: Subject): Promise<string[]> {
  if (late.length === 0) return []
  await loadModules(vm, late)
  return checkNow(vm, subject)
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
