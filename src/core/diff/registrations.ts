import type { ElfFile } from '../elf/mod.ts'
import type { Note } from './refusal.ts'
import { sectionRole } from './section-role.ts'

/**
 * Tables that the kernel walks once, at boot or when the owning module loads, and that the patch makes longer or shorter: a new initcall, module
 * parameter, event or device id. What they would register is not registered by a live patch.
 */
export function noteRegistrations({
  unit,
  original,
  patched,
}: {
  readonly unit: string
  readonly original: ElfFile
  readonly patched: ElfFile
}): Note[] {
  const before = sizes(original)
  const after = sizes(patched)
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({
      unit,
      subject: name,
      text: `this table changes from ${before.get(name) ?? 0} to ${after.get(name) ?? 0} bytes; it is read at boot or when the module loads: left out`,
    }))
}

function sizes(file: ElfFile): Map<string, number> {
  const sums = new Map<string, number>()
  for (const section of file.sections) {
    const role = sectionRole(section)
    if (role === 'registration' || role === 'id-lists') sums.set(section.name, (sums.get(section.name) ?? 0) + section.size)
  }
  return sums
}
