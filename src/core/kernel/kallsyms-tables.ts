import { alignUp } from '../base/mod.ts'

/** Where the kallsyms tables lie in a section, and how an address is read from them. Offsets are bytes from the start of the section. */
export interface KallsymsTables {
  readonly count: number
  readonly namesAt: number
  /** Of each of the 256 tokens, where its text lies. */
  readonly tokens: readonly { readonly start: number; readonly end: number }[]
  readonly addressOf: (index: number) => bigint
}

/** scripts/kallsyms.c aligns every table to this. */
const ALIGN = 8
const TOKENS = 256
const TOKEN_MAX = 512
const SYMBOLS_PER_MARKER = 256
/** No kernel has fewer; keeps small numbers in the data from being taken for the count. */
const MIN_SYMBOLS = 256
/** A real kernel takes some 200,000; data made to look like tables everywhere must not take for ever. */
const MAX_STEPS = 20_000_000
const KERNEL_SPACE = 0xffff_8000_0000_0000n

/** Searches a section for the tables; undefined when it holds none. */
export function findTables(data: Uint8Array): KallsymsTables | undefined {
  const budget = { steps: MAX_STEPS }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (let indexAt = ALIGN; indexAt + TOKENS * 2 <= data.length; indexAt += ALIGN) {
    if (!isTokenIndex(view, indexAt)) continue
    const tokensAt = findTokens(data, view, indexAt)
    if (tokensAt === undefined) continue
    const names = findNames(data, view, { tokensAt, budget })
    const addressOf = names && findAddresses(view, { ...names, afterTokens: alignUp(indexAt + TOKENS * 2, ALIGN) })
    if (names === undefined || addressOf === undefined) continue
    return { ...names, tokens: tokenSpans(data, view, { indexAt, tokensAt }), addressOf }
  }
  return undefined
}

/** kallsyms_token_index: 256 rising offsets, the first 0. */
function isTokenIndex(view: DataView, at: number): boolean {
  if (view.getUint16(at, true) !== 0) return false
  for (let i = 1, last = 0; i < TOKENS; i++) {
    const offset = view.getUint16(at + i * 2, true)
    if (offset < last + 2 || offset > last + TOKEN_MAX) return false
    last = offset
  }
  return true
}

/** kallsyms_token_table lies right before its index: NUL-terminated texts that start exactly where the index says. */
function findTokens(data: Uint8Array, view: DataView, indexAt: number): number | undefined {
  const lastOffset = view.getUint16(indexAt + (TOKENS - 1) * 2, true)
  const latest = indexAt - lastOffset - 2
  for (let at = latest - (latest % ALIGN); at >= 0 && at > latest - TOKEN_MAX; at -= ALIGN) {
    if (fits(at)) return at
  }
  return undefined

  function fits(at: number): boolean {
    for (let i = 1; i < TOKENS; i++) {
      const start = at + view.getUint16(indexAt + (i - 1) * 2, true)
      if (data.indexOf(0, start) !== at + view.getUint16(indexAt + i * 2, true) - 1) return false
    }
    const end = data.indexOf(0, at + lastOffset)
    return alignUp(end + 1, ALIGN) === indexAt
  }
}

function tokenSpans(data: Uint8Array, view: DataView, where: { indexAt: number; tokensAt: number }): KallsymsTables['tokens'] {
  return Array.from({ length: TOKENS }, (_, i) => {
    const start = where.tokensAt + view.getUint16(where.indexAt + i * 2, true)
    return { start, end: data.indexOf(0, start) }
  })
}

/** What is left of the steps that a search may take. */
interface Budget {
  steps: number
}

interface Names {
  readonly count: number
  readonly namesAt: number
}

/**
 * kallsyms_num_syms, kallsyms_names and kallsyms_markers lie before the tokens, in that order; kallsyms_seqs_of_names, three bytes a symbol,
 * lies after the markers in 6.2, 6.3 and stable 6.1. The count decides all sizes, so each word before the tokens is tried as the count.
 */
function findNames(
  data: Uint8Array,
  view: DataView,
  { tokensAt, budget }: { readonly tokensAt: number; readonly budget: Budget },
): Names | undefined {
  for (let countAt = tokensAt - 2 * ALIGN; countAt >= 0; countAt -= ALIGN) {
    const count = view.getUint32(countAt, true)
    if (count < MIN_SYMBOLS || count > tokensAt - countAt || view.getUint32(countAt + 4, true) !== 0) continue
    for (const sequences of [0, alignUp(count * 3, ALIGN)]) {
      const markersAt = tokensAt - sequences - alignUp(Math.ceil(count / SYMBOLS_PER_MARKER) * 4, ALIGN)
      const names = { count, namesAt: countAt + ALIGN }
      if (markersAt > names.namesAt && doNamesFit(data, view, { ...names, markersAt, budget })) return names
    }
  }
  return undefined
}

/** The names, walked from the first to the last, must pass every marker and end where the markers start. */
function doNamesFit(
  data: Uint8Array,
  view: DataView,
  { count, namesAt, markersAt, budget }: Names & { readonly markersAt: number; readonly budget: Budget },
): boolean {
  let at = namesAt
  for (let index = 0; index < count; index++) {
    if (index % SYMBOLS_PER_MARKER === 0 && at - namesAt !== view.getUint32(markersAt + (index / SYMBOLS_PER_MARKER) * 4, true))
      return false
    if (at >= markersAt || budget.steps-- <= 0) return false
    const length = data[at] ?? 0
    at += length < 0x80 ? 1 + length : 2 + ((length & 0x7f) | ((data[at + 1] ?? 0) << 7))
  }
  return alignUp(at, ALIGN) === markersAt
}

/** The addresses lie right before the count (6.1) or right after the token index (6.4 and later), as 64-bit values or relative to a base. */
function findAddresses(view: DataView, where: Names & { readonly afterTokens: number }): KallsymsTables['addressOf'] | undefined {
  const { count, namesAt, afterTokens } = where
  const offsetsSize = alignUp(count * 4, ALIGN)
  const beforeCount = namesAt - ALIGN
  const candidates = [
    relative(view, { offsetsAt: beforeCount - ALIGN - offsetsSize, baseAt: beforeCount - ALIGN, count }),
    relative(view, { offsetsAt: afterTokens, baseAt: afterTokens + offsetsSize, count }),
    absolute(view, { at: beforeCount - count * 8, count }),
    absolute(view, { at: afterTokens, count }),
  ]
  return candidates.find((candidate) => candidate !== undefined)
}

/** CONFIG_KALLSYMS_BASE_RELATIVE. A negative offset tells CONFIG_KALLSYMS_ABSOLUTE_PERCPU: then positive ones are absolute. */
function relative(view: DataView, at: { offsetsAt: number; baseAt: number; count: number }): KallsymsTables['addressOf'] | undefined {
  if (at.offsetsAt < 0 || at.baseAt + 8 > view.byteLength) return undefined
  const base = view.getBigUint64(at.baseAt, true)
  if (base < KERNEL_SPACE) return undefined
  const offset = (index: number) => view.getInt32(at.offsetsAt + index * 4, true)
  let isPercpuAbsolute = false
  for (let index = 0; index < at.count && !isPercpuAbsolute; index++) isPercpuAbsolute = offset(index) < 0
  const distance = (index: number) => (isPercpuAbsolute ? -1 - offset(index) : offset(index))
  for (let index = 1, last = -1; index < at.count; index++) {
    const value = distance(index)
    if (value < 0) continue // absolute
    if (value < last) return undefined
    last = value
  }
  return (index) => {
    const value = offset(index)
    return isPercpuAbsolute && value >= 0 ? BigInt(value) : base + BigInt(distance(index))
  }
}

function absolute(view: DataView, { at, count }: { at: number; count: number }): KallsymsTables['addressOf'] | undefined {
  if (at < 0 || at + count * 8 > view.byteLength) return undefined
  let last = 0n
  for (let index = 0; index < count; index++) {
    const address = view.getBigUint64(at + index * 8, true)
    if (address < last) return undefined
    last = address
  }
  return last < KERNEL_SPACE ? undefined : (index) => view.getBigUint64(at + index * 8, true)
}
