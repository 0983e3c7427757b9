import type { FunctionEntry, Site } from './decode-entry.ts'
import { type Kprobe, kprobesIn } from './kprobes.ts'
import { type LiveSymbols, placeOf, symbolsAt } from './live-symbols.ts'
import type { TracedFunction } from './traced-functions.ts'

/** What the running kernel says it has attached to its functions. */
export interface Attached {
  /** By `object:name`; namesakes of one object stand together. */
  readonly traced: ReadonlyMap<string, readonly TracedFunction[]>
  readonly kprobes: readonly Kprobe[]
  /** Functions in which a kprobe is, by `object:name`. */
  readonly probed: ReadonlySet<string>
  readonly symbols: LiveSymbols
}

export type Mechanism = 'live patch' | 'kprobe' | 'BPF' | 'ftrace'

export type EntryVerdict =
  /** As the kernel leaves it after boot. */
  | { readonly kind: 'untouched' }
  /** Changed by what the kernel itself lists. */
  | { readonly kind: 'explained'; readonly by: readonly Mechanism[]; readonly handlers: readonly string[] }
  /** No known mechanism writes this, or the one that would does not list the function. */
  | { readonly kind: 'unexplained'; readonly finding: string }

export function attachedBy(given: Pick<Attached, 'kprobes' | 'symbols'> & { readonly traced: readonly TracedFunction[] }): Attached {
  const traced = new Map<string, TracedFunction[]>()
  for (const one of given.traced) {
    const namesakes = traced.get(`${one.object}:${one.name}`)
    if (namesakes === undefined) traced.set(`${one.object}:${one.name}`, [one])
    else namesakes.push(one)
  }
  const probed = new Set(given.kprobes.map(({ place, object }) => `${object}:${place.replace(/\+0x[0-9a-f]+$/, '')}`))
  return { ...given, traced, probed }
}

export interface EntryPlace {
  readonly name: string
  readonly object: string
  /** Where ftrace's five bytes are. */
  readonly siteAddress: bigint
}

/**
 * Whether what stands at a function's entry is what the kernel says it put there. A namesake's line of enabled_functions counts for each of them: the
 * kernel gives no addresses there, and calls of namesakes beyond their lines are for `surplusCalls` to find.
 */
export function explainEntry(site: Site, place: EntryPlace, attached: Attached): EntryVerdict {
  const traced = attached.traced.get(`${place.object}:${place.name}`) ?? []
  switch (site.kind) {
    case 'nop':
      // Of namesakes only some may be traced.
      return traced.length === 1 && countNamesakes(place, attached) === 1
        ? unexplained(`nothing is called, although ftrace lists the function: ${traced[0]?.line ?? ''}`)
        : { kind: 'untouched' }
    case 'call':
      return explainCall(site.target, traced, attached)
    case 'breakpoint':
    case 'jump':
      return explainProbe(site, place, attached)
    case 'other':
      return unexplained('neither ftrace nor a kprobe writes these bytes')
  }
}

function countNamesakes({ name, object }: EntryPlace, { symbols }: Attached): number {
  return (symbols.byName.get(name) ?? []).filter((symbol) => symbol.object === object).length
}

function explainCall(target: bigint, traced: readonly TracedFunction[], { symbols }: Attached): EntryVerdict {
  const names = symbolsAt(symbols, target)
  const where = placeOf(symbols, target)
  const to = `0x${target.toString(16)}${where === undefined ? ', where the kernel has no symbol' : ` (${where})`}`
  const direct = traced.find((one) => one.direct !== undefined && names.some(({ name }) => name === one.direct))
  const isTrampoline = names.some(({ name, object }) => TRAMPOLINES.has(name) && (object === 'vmlinux' || object === '__builtin__ftrace'))
  if (traced.length === 0) return unexplained(`it calls ${to}, and ftrace does not list the function`)
  if (!isTrampoline && direct === undefined) return unexplained(`it calls ${to}, which is no trampoline of ftrace or BPF`)
  const handlers = [...new Set(traced.flatMap((one) => (one.handlers.length === 0 ? ['several handlers'] : one.handlers)))]
  const by = new Set<Mechanism>()
  for (const one of traced) {
    if (one.direct !== undefined) by.add('BPF')
    for (const handler of one.handlers) by.add(mechanismOf(handler))
    if (one.handlers.length === 0) by.add('ftrace')
  }
  return { kind: 'explained', by: [...by].toSorted(), handlers: direct?.direct === undefined ? handlers : [...handlers, direct.direct] }
}

/** ftrace_32.S and ftrace_64.S; the one that ftrace copies for a single handler has a symbol of its own. */
const TRAMPOLINES: ReadonlySet<string> = new Set(['ftrace_caller', 'ftrace_regs_caller', 'ftrace_trampoline'])

function mechanismOf(handler: string): Mechanism {
  if (handler === 'klp_ftrace_handler') return 'live patch'
  if (handler === 'kprobe_ftrace_handler') return 'kprobe'
  return handler.startsWith('bpf_') || handler === 'call_direct_funcs' ? 'BPF' : 'ftrace'
}

function explainProbe(site: Site, place: EntryPlace, attached: Attached): EntryVerdict {
  const wanted = site.kind === 'jump' ? 'jump' : 'breakpoint'
  const isThere = attached.probed.has(`${place.object}:${place.name}`)
  const probe = isThere ? kprobesIn(attached.kprobes, place).find(({ by, address }) => by === wanted && isAt(address, place)) : undefined
  if (probe !== undefined) return { kind: 'explained', by: ['kprobe'], handlers: [probe.place] }
  if (site.kind !== 'jump') return unexplained('a breakpoint is there that is no kprobe, and it does not go away')
  const where = placeOf(attached.symbols, site.target)
  return unexplained(
    `it jumps to 0x${site.target.toString(16)}${where === undefined ? ', where the kernel has no symbol' : ` (${where})`}, and no kprobe does that`,
  )
}

function isAt(address: bigint, { siteAddress }: EntryPlace): boolean {
  return address >= siteAddress - 4n && address < siteAddress + 5n
}

function unexplained(finding: string): EntryVerdict {
  return { kind: 'unexplained', finding }
}

/** Whether a landing pad is as shipped: the kernel seals those that nothing may call indirectly, and changes nothing else before the site. */
export function isPadAsShipped(pad: Uint8Array, shipped: Uint8Array, entry: FunctionEntry): boolean {
  if (pad.length === shipped.length && pad.every((byte, i) => byte === shipped[i])) return true
  const hasLandingPad = shipped.length === 4 && shipped[0] === 0xf3 && shipped[3] === 0xfa
  return hasLandingPad && entry.pad === 'sealed'
}
