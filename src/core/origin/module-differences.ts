import { areBytesEqual } from '../base/mod.ts'
import { type ElfSection, readElf } from '../elf/mod.ts'

/** In which sections two modules differ, one line for each. Signatures are no part of either. Faults: those of `readElf`. */
export function moduleDifferences(before: Uint8Array, after: Uint8Array, file: string): string[] {
  const [old, now] = [before, after].map((bytes) => sectionsByName(readElf(bytes, file).sections))
  const names = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])]
  const found = names.flatMap((name) => {
    const finding = compare(old?.get(name), now?.get(name))
    return finding === undefined ? [] : [`${name}: ${finding}`]
  })
  return found.length > 0 || areBytesEqual(before, after)
    ? found
    : ['the content of all sections is the same, their place in the file is not']
}

/** Several may have one name: from the second on they are numbered. The first of all has none, and is nothing. */
function sectionsByName(sections: readonly ElfSection[]): Map<string, ElfSection> {
  const named = new Map<string, ElfSection>()
  for (const section of sections.slice(1)) {
    let name = section.name
    for (let count = 2; named.has(name); count++) name = `${section.name} (${count})`
    named.set(name, section)
  }
  return named
}

function compare(old: ElfSection | undefined, now: ElfSection | undefined): string | undefined {
  if (old === undefined) return 'only what was built again has it'
  if (now === undefined) return 'only the bundle has it'
  if (old.size !== now.size) return `${old.size} bytes became ${now.size}`
  if (!areBytesEqual(old.data, now.data)) {
    const isOther = (byte: number, at: number) => byte !== now.data[at]
    return `${old.data.filter(isOther).length} of ${old.size} bytes differ, from offset 0x${old.data.findIndex(isOther).toString(16)} on`
  }
  const described = ['type', 'flags', 'align', 'link', 'info', 'entrySize'] as const
  const fields = described.filter((field) => old[field] !== now[field])
  return fields.length === 0 ? undefined : `the same bytes, with another ${fields.join(', ')}`
}
