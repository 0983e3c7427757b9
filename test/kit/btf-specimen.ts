import { bytesFromLatin1, concatBytes } from '../../src/core/base/mod.ts'

/** One type as BTF stores it: kind, name, how many items follow, the struct's flag, size or type, and the words that follow. */
export interface RawBtfType {
  readonly kind: number
  readonly name?: string
  readonly count?: number
  readonly flag?: boolean
  readonly sizeOrType?: number
  /** Numbers stay; texts become offsets into the strings. */
  readonly words?: readonly (number | string)[]
}

/** A .BTF section; strings of a split one start after those of its base. */
export function makeBtf(types: readonly RawBtfType[], stringsFrom = 0): Uint8Array {
  let strings = stringsFrom === 0 ? '\0' : ''
  const offsets = new Map<string, number>([['', 0]])
  const textAt = (text: string): number => {
    const known = offsets.get(text)
    if (known !== undefined) return known
    const at = stringsFrom + strings.length
    offsets.set(text, at)
    strings += `${text}\0`
    return at
  }
  const words = types.flatMap(({ kind, name = '', count = 0, flag = false, sizeOrType = 0, words: more = [] }) => [
    textAt(name),
    ((flag ? 0x8000_0000 : 0) | (kind << 24) | count) >>> 0,
    sizeOrType,
    ...more.map((word) => (typeof word === 'string' ? textAt(word) : word)),
  ])
  const body = new Uint8Array(Uint32Array.from(words).buffer)
  const header = new Uint8Array(Uint32Array.of(0x0001_eb9f, 24, 0, body.length, body.length, strings.length).buffer)
  return concatBytes([header, body, bytesFromLatin1(strings)])
}
