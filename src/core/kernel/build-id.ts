import { Cursor, hexFromBytes } from '../base/mod.ts'
import { type ElfFile, elf } from '../elf/mod.ts'

const NT_GNU_BUILD_ID = 3

/** The GNU build-id in hex, from any note section, or undefined when there is none. Faults: elf/truncated. */
export function readBuildId(file: ElfFile): string | undefined {
  for (const section of file.sections) {
    if (section.type !== elf.SHT.NOTE) continue
    const id = findBuildId(section.data, `${file.file}, ${section.name}`)
    if (id !== undefined) return id
  }
  return undefined
}

/** The same from the bytes of a notes section, such as /sys/kernel/notes gives them. */
export function findBuildId(notes: Uint8Array, file: string): string | undefined {
  const cursor = new Cursor(notes, { file })
  while (cursor.at + 12 <= cursor.size) {
    const nameSize = cursor.u32()
    const contentSize = cursor.u32()
    const type = cursor.u32()
    const name = cursor.bytes(nameSize)
    cursor.seek(align4(cursor.at))
    const content = cursor.bytes(contentSize)
    cursor.seek(align4(cursor.at))
    if (type === NT_GNU_BUILD_ID && name.length === 4 && name[0] === 0x47 && name[1] === 0x4e && name[2] === 0x55)
      return hexFromBytes(content)
  }
  return undefined
}

function align4(value: number): number {
  return (value + 3) & ~3
}
