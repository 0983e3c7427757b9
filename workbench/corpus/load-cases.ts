import { openKernel, type CachedKernel } from '../../src/app/kernel/mod.ts'
import {
  applyLivepatch,
  promisedFunctions,
  readLog,
  readSubject,
  revertLivepatch,
  type ProvePorts,
  type Subject,
} from '../../src/app/prove/mod.ts'
import { guestModulePath, loadWhatLoads, startVm, withDependencies, type Vm } from '../../src/app/vm/mod.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { checkApplied, checkNothingLeft, classifyLog, parseState, STATE_SCRIPT } from '../../src/core/host/mod.ts'
import { parseRelease } from '../../src/core/kernel/mod.ts'
import type { CorpusPaths } from './corpus.ts'
import { moduleName } from './build-cases.ts'

/** What came of loading a built case in the kernel that it is for. */
export interface LoadResult {
  readonly id: string
  /** Of the module: what was loaded once need not be loaded again. */
  readonly sha256: string
  readonly kind: 'loaded' | 'failed'
  /** Patched objects that this machine could not load, so that their part is only known to wait for them. */
  readonly absent: readonly string[]
  readonly findings: readonly string[]
}

export interface LoadCasesOptions {
  readonly base: string
  readonly onDone: (result: LoadResult) => Promise<void>
  readonly perBoot?: number
}

const PER_BOOT = 40
const DEADLINE_MS = 60_000
const MEMORY_MB = 1024

export interface BuiltCase {
  readonly id: string
  readonly sha256: string
  /** Modules that it patches. */
  readonly targets: readonly string[]
}

/**
 * Loads every built case: apply, wait for the transition, compare sysfs with the manifest, disable, unload, read the log. Many in one boot; after
 * one that leaves the kernel unsound the rest goes on in a fresh one.
 */
export async function loadCases(
  cases: readonly BuiltCase[],
  paths: CorpusPaths,
  options: LoadCasesOptions,
  ports: ProvePorts,
): Promise<void> {
  const kernel = await openKernel(parseRelease(options.base), ports)
  const waiting: BuiltCase[] = []
  for (const one of cases) {
    const known = await readKnown(paths.loadResultOf(one.id), ports)
    // What failed is loaded again: the machine may have been the reason.
    if (known?.kind === 'loaded' && known.sha256 === one.sha256) await options.onDone(known)
    else waiting.push(one)
  }
  // Those that patch the same modules share a boot.
  waiting.sort((a, b) => (a.targets.join() < b.targets.join() ? -1 : 1))
  while (waiting.length > 0) {
    const batch = waiting.slice(0, options.perBoot ?? PER_BOOT)
    const done = await loadInOneBoot(
      batch,
      { kernel, paths },
      async (result) => {
        await ports.files.write(paths.loadResultOf(result.id), `${JSON.stringify(result, null, 1)}\n`)
        await options.onDone(result)
      },
      ports,
    )
    waiting.splice(0, done)
  }
}

async function readKnown(path: string, { files }: ProvePorts): Promise<LoadResult | undefined> {
  return (await files.exists(path)) ? (JSON.parse(await files.readText(path)) as LoadResult) : undefined
}

interface Means {
  readonly kernel: CachedKernel
  readonly paths: CorpusPaths
}

/** Returns how many of the batch it came to; at least one. */
async function loadInOneBoot(
  batch: readonly BuiltCase[],
  { kernel, paths }: Means,
  onDone: (result: LoadResult) => Promise<void>,
  ports: ProvePorts,
): Promise<number> {
  const subjects = await Promise.all(
    batch.map(({ id }) =>
      readSubject(`${paths.outputOf(id)}/${moduleName(id, { digest: (content) => ports.digest(toBytes(content)) })}.ko`, ports),
    ),
  )
  const targets = await withDependencies([...new Set(batch.flatMap((one) => one.targets))], kernel, ports)
  const files = new Map([
    ...targets.map((module) => [guestModulePath(module.name), module.bytes] as const),
    ...subjects.map((subject) => [pathOf(subject), subject.bytes] as const),
  ])
  const vm = await startVm(kernel, { files, memoryMb: MEMORY_MB }, ports)
  try {
    const missing = new Set((await loadWhatLoads(vm, targets)).map(({ name }) => name))
    for (const [index, one] of batch.entries()) {
      const subject = subjects[index]
      if (subject === undefined) continue
      const absent = one.targets.filter((name) => missing.has(name))
      const { result, isSound } = await loadOne(vm, one, { subject, absent })
      await onDone(result)
      if (!isSound) return index + 1
    }
    return batch.length
  } finally {
    await vm.stop()
  }
}

interface Loading {
  readonly subject: Subject
  /** Modules that it patches and that are not loaded. */
  readonly absent: readonly string[]
}

async function loadOne(vm: Vm, one: BuiltCase, { subject, absent }: Loading): Promise<{ result: LoadResult; isSound: boolean }> {
  const findings: string[] = []
  let isSound = true
  try {
    const before = parseState((await vm.run(STATE_SCRIPT)).stdout)
    const logBefore = await readLog(vm)
    const promised = promisedFunctions(subject) ?? []
    const livepatch = { name: subject.name, path: pathOf(subject), functionCount: promised.length }
    await applyLivepatch(vm, livepatch, DEADLINE_MS)
    findings.push(...checkApplied(parseState((await vm.run(STATE_SCRIPT)).stdout), subject.name, promised))
    await revertLivepatch(vm, livepatch, DEADLINE_MS)
    findings.push(...checkNothingLeft(before, parseState((await vm.run(STATE_SCRIPT)).stdout)))
    const log = classifyLog((await readLog(vm)).slice(logBefore.length).join('\n'))
    findings.push(...log.map((finding) => `kernel log, ${finding.kind}: ${finding.line}`))
    isSound = findings.length === 0
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    findings.push(`${error.code}: ${error.message}${error.in === undefined ? '' : `\n  in: ${error.in}`}`)
    // A module that the kernel refused has left nothing; all else may have.
    isSound = error.code === 'prove/refused' && (await isUntouched(vm, subject.name))
  }
  const kind = findings.length === 0 ? 'loaded' : 'failed'
  return { result: { id: one.id, sha256: one.sha256, kind, absent, findings }, isSound }
}

async function isUntouched(vm: Vm, name: string): Promise<boolean> {
  try {
    return (await vm.run(`[ ! -e /sys/module/${name} ]`)).code === 0
  } catch {
    return false
  }
}

function pathOf({ name }: Subject): string {
  return `/patches/${name}.ko`
}

function toBytes(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? new TextEncoder().encode(content) : content
}
