import { Fault } from '../../core/base/mod.ts'
import {
  type Attached,
  ENTRY_BYTES,
  type EntryVerdict,
  type FunctionEntry,
  type Kprobe,
  type LiveFunction,
  type PatchStack,
  type TracedFunction,
  decodeEntry,
  explainEntry,
  findFunctions,
  kprobesIn,
  parseWantedFunction,
  placeOf,
  stackOf,
  symbolsAt,
} from '../../core/entry/mod.ts'
import type { PatchState } from '../../core/host/mod.ts'
import { type Memory, openMemory } from './memory.ts'
import { PATHS } from './paths.ts'
import type { HostPorts, SystemPort } from './ports.ts'
import { readAttachedWith, readKallsymsText, readTracing } from './read-attached.ts'
import { readLivepatch } from './read-kernel.ts'

/** What really happens at a function of the running kernel. */
export interface InspectedFunction {
  readonly name: string
  /** `vmlinux`, or the module. */
  readonly object: string
  /** Which of the symbols of that name in that object, counted from 1. */
  readonly position: number
  readonly address: bigint
  /** The first bytes, as they stand in memory; null when nothing is mapped there. */
  readonly bytes: Uint8Array | null
  readonly entry: FunctionEntry | null
  /** The symbol that the entry calls or jumps to; null when there is none. */
  readonly target: string | null
  /** Whether ftrace, and by it a live patch, can use it. */
  readonly isTraceable: boolean
  /** Lines of enabled_functions: more than one where namesakes are traced, which the kernel does not tell apart there. */
  readonly traced: readonly TracedFunction[]
  readonly livePatches: readonly Replacement[]
  readonly orderKnownBy: PatchStack['knownBy']
  readonly kprobes: readonly Kprobe[]
  readonly areKprobesSeen: boolean
  /** BPF programs that its trampoline calls. */
  readonly bpfPrograms: readonly string[]
  readonly verdict: EntryVerdict | { readonly kind: 'untraceable' } | { readonly kind: 'unmapped' }
}

/** A live patch that replaces the function; the first of several is on top, and is the one that is called. */
export interface Replacement {
  readonly patch: string
  /** Each task goes over to it, or away from it, by itself. */
  readonly isInTransition: boolean
  /** Where its own function is, by the symbols of its module. */
  readonly replacement: { readonly name: string; readonly address: bigint; readonly knownBy: 'same name' | 'similar name' } | null
}

/** Every function that goes by a name: `name`, `object:name` or `object:name,sympos`. Faults: host/no-function, host/hidden, host/not-root. */
export function inspectFunction(wanted: string, ports: HostPorts): InspectedFunction[] {
  const parsed = parseWantedFunction(wanted)
  const kallsyms = readKallsymsText(ports)
  const found = parsed === undefined ? [] : findFunctions(kallsyms, parsed)
  if (found.length === 0) {
    throw new Fault('host/no-function', `Cannot find the function ${wanted} in the running kernel`, {
      in: '/proc/kallsyms',
      try: 'a function of a module is there while the module is loaded; an inlined function is not there at all',
    })
  }
  const attached = readAttachedWith(kallsyms, ports)
  const memory = openMemory(ports.system)
  const traceable = traceableFunctions(ports.system)
  return found.map((func) => inspectOne(func, { attached, memory, traceable, system: ports.system }))
}

interface Sight {
  readonly attached: Attached & { readonly areKprobesSeen: boolean }
  readonly memory: Memory
  readonly traceable: ReadonlySet<string>
  readonly system: SystemPort
}

function inspectOne({ symbol, position }: LiveFunction, sight: Sight): InspectedFunction {
  const { attached, memory, traceable } = sight
  const { name, object, address } = symbol
  const bytes = memory.read(address, ENTRY_BYTES) ?? null
  const entry = bytes === null ? null : decodeEntry(bytes, address)
  // ftrace knows each function by the first of the names at its address.
  const names = symbolsAt(attached.symbols, address).flatMap((other) => (other.object === object ? [other.name] : []))
  const isTraceable = names.some((other) => traceable.has(`${object}:${other}`))
  const traced = names.flatMap((other) => attached.traced.get(`${object}:${other}`) ?? [])
  const stack = patchesOf({ name, object, position }, sight)
  const target = entry?.site.kind === 'call' || entry?.site.kind === 'jump' ? (placeOf(attached.symbols, entry.site.target) ?? null) : null
  return {
    name,
    object,
    position,
    address,
    bytes,
    entry,
    target,
    isTraceable,
    traced,
    livePatches: stack.patches,
    orderKnownBy: stack.knownBy,
    kprobes: kprobesIn(attached.kprobes, { name, object }),
    areKprobesSeen: attached.areKprobesSeen,
    bpfPrograms: traced.flatMap(({ direct }) => (direct === undefined ? [] : programsOf(direct, sight))),
    verdict: verdictOf(entry, { name: traced[0]?.name ?? name, object, address, isTraceable: isTraceable || traced.length > 0 }, attached),
  }
}

function verdictOf(
  entry: FunctionEntry | null,
  place: { readonly name: string; readonly object: string; readonly address: bigint; readonly isTraceable: boolean },
  attached: Attached,
): InspectedFunction['verdict'] {
  if (entry === null) return { kind: 'unmapped' }
  // Its first bytes are code of its own, whatever they look like: a jump, a call, the NOP of a static key.
  if (!place.isTraceable) return { kind: 'untraceable' }
  return explainEntry(entry.site, { ...place, siteAddress: place.address + BigInt(entry.padBytes) }, attached)
}

/** Functions that ftrace can use, by `object:name`. */
function traceableFunctions(system: SystemPort): Set<string> {
  const lines = (readTracing(system, 'available_filter_functions') ?? '').split('\n')
  return new Set(
    lines.map((line) => {
      const [name = '', object] = line.split(' ')
      return `${object === undefined ? 'vmlinux' : object.slice(1, -1)}:${name}`
    }),
  )
}

function patchesOf(
  { name, object, position }: { readonly name: string; readonly object: string; readonly position: number },
  { attached, system }: Sight,
): { patches: Replacement[]; knownBy: PatchStack['knownBy'] } {
  const { patches = [], modules = [] } = readLivepatch(system) ?? {}
  const holding = patches.filter((patch) => replaces(patch, object, `${name},${position}`))
  const stacked = holding.map((patch) => ({ name: patch.name, stackOrder: stackOrderOf(patch.name, system) }))
  const { names, knownBy } = stackOf(stacked, modules)
  const list = names.map((patch) => ({
    patch,
    isInTransition: holding.some((one) => one.name === patch && one.isInTransition),
    replacement: replacementIn(patch, name, attached),
  }))
  return { patches: list, knownBy }
}

function replaces({ objects }: PatchState, object: string, func: string): boolean {
  return objects.some((one) => one.name === object && one.isPatched && one.functions.includes(func))
}

/** Since Linux 6.14. */
function stackOrderOf(patch: string, system: SystemPort): number | undefined {
  const text = system.read(`${PATHS.livepatch}/${patch}/stack_order`)
  return text === undefined ? undefined : Number(text)
}

/** Builders keep the function's name; patches written by hand put a word before it. */
function replacementIn(patch: string, name: string, { symbols }: Attached): Replacement['replacement'] {
  const own = symbols.byName.get(name)?.find(({ object }) => object === patch)
  if (own !== undefined) return { name, address: own.address, knownBy: 'same name' }
  const similar = symbols.byAddress.filter(({ object, name: other }) => object === patch && other.endsWith(name))
  const [only] = similar
  return only === undefined || similar.length > 1 ? null : { name: only.name, address: only.address, knownBy: 'similar name' }
}

/** A trampoline of BPF is a page at most, and calls each of its programs. arch/x86/net/bpf_jit_comp.c. */
const TRAMPOLINE_BYTES = 4096
const CALL = 0xe8

function programsOf(trampoline: string, { attached, memory }: Sight): string[] {
  const start = attached.symbols.byName.get(trampoline)?.[0]?.address
  const code = start === undefined ? undefined : memory.read(start, TRAMPOLINE_BYTES)
  if (start === undefined || code === undefined) return []
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength)
  const found = new Set<string>()
  for (let at = 0; at + 5 <= code.length; at++) {
    if (code[at] !== CALL) continue
    const target = BigInt.asUintN(64, start + BigInt(at + 5 + view.getInt32(at + 1, true)))
    const program = placeOf(attached.symbols, target)
    if (program?.startsWith('bpf_prog_') === true && !program.includes('+')) found.add(program.replace(' [bpf]', ''))
  }
  return [...found]
}
