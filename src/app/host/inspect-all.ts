import { Fault } from '../../core/base/mod.ts'
import { readElf } from '../../core/elf/mod.ts'
import {
  type Attached,
  COMPARED_BYTES,
  type EntryComparison,
  type ImageSites,
  type LiveSymbols,
  type WatchedEntry,
  compareEntry,
  readImageSites,
  surplusCalls,
} from '../../core/entry/mod.ts'
import { findBuildId, readBuildId } from '../../core/kernel/mod.ts'
import { type Memory, openMemory } from './memory.ts'
import type { HostPorts, SystemPort } from './ports.ts'
import { readAttached, readTracing } from './read-attached.ts'

/** Every traced function's entry in memory, against the image that was shipped and what the kernel says it has attached. */
export interface EntriesReport {
  readonly release: string
  readonly image: string
  /** How many entries were compared. */
  readonly compared: { readonly vmlinux: number; readonly modules: number }
  /** Functions of modules that cannot be told from untraced ones of the same name. */
  readonly ambiguous: number
  readonly areKprobesSeen: boolean
  readonly explained: readonly Extract<EntryComparison, { kind: 'explained' }>[]
  readonly unexplained: readonly Extract<EntryComparison, { kind: 'unexplained' }>[]
}

/** What is found is looked at again: a change that is under way has ended then. */
const LOOKS = 4
const BETWEEN_MS = 200

/** Faults: host/not-root, host/hidden, io/missing, kernel/image, kernel/mismatch, kernel/kallsyms, tool/missing. */
export async function inspectEntries(ports: HostPorts): Promise<EntriesReport> {
  const { system, progress } = ports
  const release = system.read('/proc/sys/kernel/osrelease')?.trim() ?? ''
  const image = `/boot/vmlinuz-${release}`
  const memory = openMemory(system)
  progress(`reading ${image}`)
  // Before the symbols of the running kernel: both at once would take twice the memory.
  const sites = await readShipped(image, ports)
  let attached = readAttached(ports)
  const shipped = placeSites(sites, attached.symbols)
  const modules = moduleEntries(attached.symbols, system)
  progress(`comparing ${shipped.length + modules.entries.length} functions`)
  const entries = [...shipped, ...modules.entries]
  const blocks = makeBlocks(entries)
  let found = compareBlocks(blocks, memory, attached)
  for (let look = 1; look < LOOKS && found.some(({ kind }) => kind === 'unexplained'); look++) {
    await ports.sleep(BETWEEN_MS)
    attached = readAttached(ports)
    found = compareBlocks(blocks, memory, attached)
  }
  const surplus = surplusCalls(found, attached)
  const addresses = new Set(surplus.map(({ address }) => address))
  return {
    release,
    image,
    compared: { vmlinux: shipped.length, modules: modules.entries.length },
    ambiguous: modules.ambiguous,
    areKprobesSeen: attached.areKprobesSeen,
    explained: found.flatMap((one) => (one.kind === 'explained' && !addresses.has(one.address) ? [one] : [])),
    unexplained: [...found.flatMap((one) => (one.kind === 'unexplained' ? [one] : [])), ...surplus],
  }
}

/** The traced functions of the image that is booted. */
async function readShipped(image: string, { files, system, unpackImage }: HostPorts): Promise<ImageSites> {
  const vmlinux = readElf(await unpackImage(await files.readBytes(image), image), image)
  const notes = system.readBytes('/sys/kernel/notes')
  const running = notes && findBuildId(notes, '/sys/kernel/notes')
  const shipped = readBuildId(vmlinux)
  if (shipped === undefined || running !== shipped) {
    throw new Fault(
      'kernel/mismatch',
      `Cannot compare the running kernel with ${image}: its build-id is ${running ?? 'hidden'}, that of the image ${shipped ?? 'missing'}`,
      { in: image, try: 'a newer build of the same release is installed, perhaps: put the image that was booted there, or reboot' },
    )
  }
  return readImageSites(vmlinux)
}

/** Where KASLR has put them. */
function placeSites({ sites, text }: ImageSites, symbols: LiveSymbols): WatchedEntry[] {
  const shift = (symbols.byName.get('_text')?.[0]?.address ?? text) - text
  return sites.map(({ name, start, pad }) => ({ name, object: 'vmlinux', start: start + shift, pad }))
}

/** Of modules there is no image to compare with, and none is needed: their entries, too, may hold only what the kernel lists. */
function moduleEntries(symbols: LiveSymbols, system: SystemPort): { entries: WatchedEntry[]; ambiguous: number } {
  const lines = (readTracing(system, 'available_filter_functions') ?? '').split('\n')
  const wanted = Map.groupBy(
    lines.filter((line) => line.endsWith(']')),
    (line) => line,
  )
  let ambiguous = 0
  const entries = [...wanted].flatMap(([line, { length }]) => {
    const [name = '', object = ''] = line.slice(0, -1).split(' [')
    const namesakes = (symbols.byName.get(name) ?? []).filter((symbol) => symbol.object === object)
    if (namesakes.length === length) return namesakes.map(({ address }) => ({ name, object, start: address, pad: undefined }))
    ambiguous += length
    return []
  })
  return { entries, ambiguous }
}

interface Block {
  readonly start: bigint
  readonly size: number
  readonly entries: readonly WatchedEntry[]
}

/** Memory is read in pieces of this size at most; entries farther apart than a page go into pieces of their own. */
const BLOCK_BYTES = 65_536
const PAGE_BYTES = 4096n

function makeBlocks(entries: readonly WatchedEntry[]): Block[] {
  const sorted = entries.toSorted((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0))
  const blocks: { start: bigint; size: number; entries: WatchedEntry[] }[] = []
  for (const entry of sorted) {
    const last = blocks.at(-1)
    const size = last === undefined ? 0 : Number(entry.start - last.start) + COMPARED_BYTES
    const isNear = last !== undefined && size <= BLOCK_BYTES && entry.start - last.start - BigInt(last.size) < PAGE_BYTES
    if (!isNear) {
      blocks.push({ start: entry.start, size: COMPARED_BYTES, entries: [entry] })
      continue
    }
    last.size = size
    last.entries.push(entry)
  }
  return blocks
}

function compareBlocks(blocks: readonly Block[], memory: Memory, attached: Attached): EntryComparison[] {
  return blocks.flatMap(({ start, size, entries }) => {
    const bytes = memory.read(start, size)
    return entries.flatMap((entry) => {
      const at = Number(entry.start - start)
      const own = bytes?.subarray(at, at + COMPARED_BYTES) ?? memory.read(entry.start, COMPARED_BYTES)
      const compared: EntryComparison =
        own === undefined
          ? {
              kind: 'unexplained',
              finding: 'nothing is mapped there',
              name: entry.name,
              object: entry.object,
              address: entry.start,
              bytes: new Uint8Array(0),
            }
          : compareEntry(entry, own, attached)
      return compared.kind === 'untouched' ? [] : [compared]
    })
  })
}
