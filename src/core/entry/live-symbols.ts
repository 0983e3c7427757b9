import { lastAtOrBefore } from '../base/mod.ts'

/** A piece of code in /proc/kallsyms: of the running kernel, of its modules, or made at run time (trampolines of ftrace and BPF). */
export interface LiveSymbol {
  readonly address: bigint
  readonly name: string
  /** `vmlinux`, or the module it belongs to; `bpf` and names that begin with `__builtin__` for code made at run time. */
  readonly object: string
}

export interface LiveSymbols {
  /** In the order of the file. */
  readonly byName: ReadonlyMap<string, readonly LiveSymbol[]>
  /** In the order of addresses; those at one address in the order of the file. */
  readonly byAddress: readonly LiveSymbol[]
}

/** The file has some 200,000 lines; those of data, and of the padding before functions, are not kept. */
const CODE = /^([0-9a-f]+) [tTwW] (?!__pfx_)(\S+)(?:\t\[(\S+)\])?$/gm

/** Undefined when the addresses are hidden from the reader (kernel.kptr_restrict, or no privilege): all are 0 then. */
export function parseLiveSymbols(text: string): LiveSymbols | undefined {
  const byName = new Map<string, LiveSymbol[]>()
  const byAddress: LiveSymbol[] = []
  for (const [, address = '', name = '', object = 'vmlinux'] of text.matchAll(CODE)) {
    const symbol = { address: BigInt(`0x${address}`), name, object }
    const namesakes = byName.get(name)
    if (namesakes === undefined) byName.set(name, [symbol])
    else namesakes.push(symbol)
    byAddress.push(symbol)
  }
  if (byAddress.length === 0 || byName.get('_text')?.[0]?.address === 0n) return undefined
  byAddress.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
  return { byName, byAddress }
}

/** The symbols that stand exactly at an address. */
export function symbolsAt({ byAddress }: LiveSymbols, address: bigint): LiveSymbol[] {
  const found: LiveSymbol[] = []
  for (let i = firstFrom(byAddress, address); byAddress[i]?.address === address; i++) found.push(byAddress[i] as LiveSymbol)
  return found
}

/** `name+0x10 [object]` after the nearest symbol below; undefined when none is within a megabyte. */
export function placeOf({ byAddress }: LiveSymbols, address: bigint): string | undefined {
  const at = firstFrom(byAddress, address)
  const exact = byAddress[at]?.address === address ? at : at - 1
  const symbol = byAddress[exact]
  if (symbol === undefined || address - symbol.address > NEAR) return undefined
  const offset = address - symbol.address
  return `${symbol.name}${offset === 0n ? '' : `+0x${offset.toString(16)}`}${symbol.object === 'vmlinux' ? '' : ` [${symbol.object}]`}`
}

const NEAR = 0x10_0000n

function firstFrom(symbols: readonly LiveSymbol[], address: bigint): number {
  return lastAtOrBefore(symbols, address - 1n, (symbol) => symbol.address) + 1
}

/** A function that a person asks for. */
export interface WantedFunction {
  readonly name: string
  /** Undefined for all. */
  readonly object: string | undefined
  /** Undefined for all; 1 is the first. */
  readonly position: number | undefined
}

/** `name`, `object:name`, or `object:name,sympos`, where 0 and 1 are the first. Undefined when it is none of these. */
export function parseWantedFunction(text: string): WantedFunction | undefined {
  const [, object, name, position] = /^(?:([\w-]+):)?([\w.$]+)(?:,(\d+))?$/.exec(text) ?? []
  if (name === undefined) return undefined
  return { name, object: object?.replaceAll('-', '_'), position: position === undefined ? undefined : Math.max(1, Number(position)) }
}

/** A function in memory, and which of the symbols of its name in its object it is. */
export interface LiveFunction {
  readonly symbol: LiveSymbol
  /** Counted from 1 in the order of /proc/kallsyms, as the livepatch core counts. */
  readonly position: number
}

/** Every function that fits, in the order of the file, from the text of /proc/kallsyms: data of the same name is counted, too. */
export function findFunctions(text: string, wanted: WantedFunction): LiveFunction[] {
  const counts = new Map<string, number>()
  const lines = new RegExp(`^([0-9a-f]+) (\\S) ${escapeName(wanted.name)}(?:\\t\\[(\\S+)\\])?$`, 'gm')
  return [...text.matchAll(lines)].flatMap(([, address = '', type = '', object = 'vmlinux']) => {
    const position = (counts.get(object) ?? 0) + 1
    counts.set(object, position)
    const isWanted = wanted.object === undefined || wanted.object === object
    const isPlace = wanted.position === undefined || wanted.position === position
    return isWanted && isPlace && /[tw]/i.test(type)
      ? [{ symbol: { address: BigInt(`0x${address}`), name: wanted.name, object }, position }]
      : []
  })
}

/** Names of functions have letters, digits, underscores, dots and dollars. */
function escapeName(name: string): string {
  return name.replaceAll(/[.$]/g, '\\$&')
}
