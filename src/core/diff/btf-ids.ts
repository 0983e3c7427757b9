import { bytesFromUtf8, concatBytes } from '../base/mod.ts'
import { type ElfSection, type ElfSymbol, elf } from '../elf/mod.ts'
import type { Item } from './item.ts'

/**
 * Lists of BTF ids (include/linux/btf_ids.h): BTF_ID_LIST, BTF_SET_START and their kin. An object has the room of each, named by a symbol without a type, and in it
 * a symbol for each type or function that is wanted; resolve_btfids writes the numbers once the kernel, or a module, is linked.
 */
export const BTF_IDS = '.BTF_ids'

const ENTRY = /^__BTF_ID__/
/** Each entry's symbol ends in numbers that count the entries and name the line. */
const COUNT = /__\d+$/

/** Cuts the section into its lists. What one holds is its bytes and what is wanted in them, so that lists are the same when they will hold the same. */
export function splitIdLists(section: ElfSection, symbols: readonly ElfSymbol[]): Item[] {
  const named = symbols.filter(({ name, type }) => name !== '' && type !== elf.STT.SECTION)
  const entries = named.filter(({ name }) => ENTRY.test(name)).toSorted((a, b) => Number(a.value - b.value))
  const byStart = Map.groupBy(
    named.filter(({ name }) => !ENTRY.test(name)),
    ({ value }) => Number(value),
  )
  const starts = [...byStart.keys()].toSorted((a, b) => a - b)
  return starts.map((start, rank) => {
    const end = starts[rank + 1] ?? section.size
    const wanted = entries.filter(({ value }) => Number(value) >= start && Number(value) < end)
    const text = wanted.map(({ name, value }) => `${Number(value) - start} ${name.replace(COUNT, '')}\n`).join('')
    const [main, ...others] = byStart.get(start) ?? []
    return {
      kind: 'data',
      name: main?.name ?? '',
      aliases: others.map(({ name }) => name),
      bind: main?.bind === elf.STB.LOCAL ? 'local' : 'global',
      section,
      start,
      padding: 0,
      size: end - start,
      data: concatBytes([section.data.subarray(start, end), bytesFromUtf8(text)]),
      isInit: false,
    }
  })
}

export function isIdList({ section }: Item): boolean {
  return section.name === BTF_IDS
}
