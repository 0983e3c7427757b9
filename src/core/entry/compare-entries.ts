import { copyBytes } from '../base/mod.ts'
import { type Site, SITE_BYTES, decodeEntry, decodeSite } from './decode-entry.ts'
import { type Attached, type Mechanism, explainEntry, isPadAsShipped } from './explain-entry.ts'

/** A function whose entry is looked at, at its place in the running kernel. */
export interface WatchedEntry {
  readonly name: string
  readonly object: string
  readonly start: bigint
  /** What the shipped image has before ftrace's place; undefined when there is no image to compare with. */
  readonly pad: Uint8Array | undefined
}

export interface EntryReport {
  readonly name: string
  readonly object: string
  readonly address: bigint
  /** As they stand in memory. */
  readonly bytes: Uint8Array
}

export type EntryComparison =
  | { readonly kind: 'untouched' }
  | ({ readonly kind: 'explained'; readonly by: readonly Mechanism[]; readonly handlers: readonly string[] } & EntryReport)
  | ({ readonly kind: 'unexplained'; readonly finding: string } & EntryReport)

/** Bytes of an entry that are compared. */
export const COMPARED_BYTES = 4 + SITE_BYTES

/** One entry against what was shipped and what the kernel says it has attached. `memory` holds at least the bytes up to the end of ftrace's place. */
export function compareEntry(watched: WatchedEntry, memory: Uint8Array, attached: Attached): EntryComparison {
  const entry = decodeEntry(memory, watched.start)
  const padBytes = watched.pad?.length ?? entry.padBytes
  const report = {
    name: watched.name,
    object: watched.object,
    address: watched.start,
    bytes: copyBytes(memory.subarray(0, padBytes + SITE_BYTES)),
  }
  if (watched.pad !== undefined && !isPadAsShipped(memory.subarray(0, padBytes), watched.pad, entry))
    return { kind: 'unexplained', finding: 'the bytes before the place of ftrace are not those that were shipped', ...report }
  const siteAddress = watched.start + BigInt(padBytes)
  const site = decodeSite(memory.subarray(padBytes), siteAddress)
  const verdict = explainEntry(site, { ...watched, siteAddress }, attached)
  return verdict.kind === 'untouched' ? verdict : { ...verdict, ...report }
}

/**
 * Calls beyond what ftrace lists: it lists functions by name alone, so that one of several namesakes could hide behind another that is traced. All
 * of them are reported, as there is no telling which is the one too many.
 */
export function surplusCalls(found: readonly EntryComparison[], { traced }: Attached): (EntryComparison & { kind: 'unexplained' })[] {
  const calls = Map.groupBy(
    found.flatMap((one) => (one.kind === 'explained' && isCall(one) ? [one] : [])),
    ({ object, name }) => `${object}:${name}`,
  )
  return [...calls].flatMap(([key, entries]) => {
    const lines = traced.get(key)?.length ?? 0
    const finding = `${entries.length} functions of this name call a trampoline, and ftrace lists ${lines}`
    return entries.length > lines
      ? entries.map(({ name, object, address, bytes }) => ({ kind: 'unexplained' as const, finding, name, object, address, bytes }))
      : []
  })
}

function isCall({ bytes, address }: EntryReport): boolean {
  const site: Site = decodeSite(bytes.subarray(bytes.length - SITE_BYTES), address)
  return site.kind === 'call'
}
