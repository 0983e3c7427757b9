import { bytesFromLatin1, concatBytes } from '../../src/core/base/mod.ts'

/** The .BTF section of one of the objects that are joined. */
export interface JoinedTypes {
  readonly section: Uint8Array
  /** Goes before the names of its functions and variables, as before those of its symbols. */
  readonly prefix: string
}

const [RECORD, HEADER] = [12, 24] as const
/** Bytes after the record, for each item that it counts, and whatever it counts: include/uapi/linux/btf.h. */
const ITEM_SIZES: Readonly<Record<number, number>> = { 4: 12, 5: 12, 6: 8, 13: 8, 15: 12, 19: 12 }
const EXTRA_SIZES: Readonly<Record<number, number>> = { 1: 4, 3: 12, 14: 4, 17: 4 }
const [INT, ARRAY, STRUCT, UNION, ENUM, FORWARD, TYPEDEF, FUNCTION, PROTOTYPE, VARIABLE, SECTION, FLOAT, ENUM64] = [
  1, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 16, 19,
] as const
/** What stands in a record's third word of these is no type. */
const WITHOUT_TYPE: ReadonlySet<number> = new Set([INT, STRUCT, UNION, ENUM, FORWARD, SECTION, FLOAT, ENUM64])

/**
 * One .BTF section of many, as the compiler would write it for one long unit: the linker only puts them one after the other, and whoever reads that finds the
 * first. Each one's types get names of their own, since a unit has no two types by one name.
 */
export function joinTypes(parts: readonly JoinedTypes[]): Uint8Array {
  const types: Uint8Array[] = []
  const strings: Uint8Array[] = [Uint8Array.of(0)]
  let [ids, stringSize] = [0, 1]
  for (const [rank, { section, prefix }] of parts.entries()) {
    const header = new DataView(section.buffer, section.byteOffset, section.byteLength)
    const start = header.getUint32(4, true)
    const [typesAt, typesSize, stringsAt, stringsSize] = [8, 12, 16, 20].map((at) => header.getUint32(at, true)) as [
      number,
      number,
      number,
      number,
    ]
    const own = section.slice(start + typesAt, start + typesAt + typesSize)
    const texts = section.subarray(start + stringsAt, start + stringsAt + stringsSize)
    const renamed = makeNames(texts, stringSize)
    const shift = { ids, type: renamed.of(`t${rank}_`), symbol: prefix === '' ? renamed.plain : renamed.of(prefix), plain: renamed.plain }
    ids += moveTypes(new DataView(own.buffer), shift)
    types.push(own)
    strings.push(renamed.bytes())
    stringSize += strings.at(-1)?.length ?? 0
  }
  const body = concatBytes(types)
  const head = Uint32Array.of(0x0001_eb9f, HEADER, 0, body.length, body.length, stringSize)
  return concatBytes([new Uint8Array(head.buffer), body, ...strings])
}

type Rename = (offset: number) => number

interface Shift {
  readonly ids: number
  readonly type: Rename
  readonly symbol: Rename
  readonly plain: Rename
}

/** Strings as they were, and behind them those that get another name. */
function makeNames(texts: Uint8Array, from: number) {
  const added: Uint8Array[] = []
  let end = texts.length
  const plain: Rename = (offset) => (offset === 0 ? 0 : from + offset)
  return {
    plain,
    of(prefix: string): Rename {
      const known = new Map<number, number>()
      return (offset) => {
        if (offset === 0) return 0
        const before = known.get(offset)
        if (before !== undefined) return before
        const at = from + end
        const name = concatBytes([bytesFromLatin1(prefix), texts.subarray(offset, texts.indexOf(0, offset) + 1)])
        added.push(name)
        end += name.length
        known.set(offset, at)
        return at
      }
    },
    bytes: () => concatBytes([texts, ...added]),
  }
}

/** In place; returns how many types there are. */
function moveTypes(view: DataView, { ids, type, symbol, plain }: Shift): number {
  const change = (at: number, by: (value: number) => number) => view.setUint32(at, by(view.getUint32(at, true)), true)
  const toId = (id: number) => (id === 0 ? 0 : id + ids)
  let count = 0
  for (let at = 0; at < view.byteLength; count++) {
    const info = view.getUint32(at + 4, true)
    const [kind, items] = [(info >>> 24) & 0x1f, info & 0xffff]
    const isOwn = kind === STRUCT || kind === UNION || kind === ENUM || kind === ENUM64 || kind === FORWARD || kind === TYPEDEF
    change(at, isOwn ? type : kind === FUNCTION || kind === VARIABLE ? symbol : plain)
    if (!WITHOUT_TYPE.has(kind)) change(at + 8, toId)
    at += RECORD
    if (kind === ARRAY) for (const word of [0, 4]) change(at + word, toId)
    const step = ITEM_SIZES[kind] ?? 0
    for (let item = at; item < at + items * step; item += step) {
      if (kind === SECTION) change(item, toId)
      else {
        change(item, kind === ENUM || kind === ENUM64 ? type : plain)
        if (kind === STRUCT || kind === UNION || kind === PROTOTYPE) change(item + 4, toId)
      }
    }
    at += items * step + (EXTRA_SIZES[kind] ?? 0)
  }
  return count
}
