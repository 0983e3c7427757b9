import type { ElfFile } from '../elf/mod.ts'
import type { Note } from './refusal.ts'
import { type Table, readTables } from './registration-tables.ts'

/**
 * Tables that the kernel walks once, at boot or when the owning module loads, and that the patch makes longer, shorter or other: a new initcall, another
 * callback of a module parameter, a flag of a kfunc, a device id. What they would register is not registered by a live patch.
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
  const [before, after] = [readTables(original), readTables(patched)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((subject): Note[] => {
    const change = describeChange(before.get(subject) ?? NO_TABLE, after.get(subject) ?? NO_TABLE)
    return change === undefined ? [] : [{ unit, subject, text: `${change}; it is read at boot or when the module loads: left out` }]
  })
}

const NO_TABLE: Table = { sizeBytes: 0, entries: [] }

function describeChange(before: Table, after: Table): string | undefined {
  if (before.sizeBytes !== after.sizeBytes) return `this table changes from ${before.sizeBytes} to ${after.sizeBytes} bytes`
  const differing = differingNames(before, after)
  if (differing.length === 0) return undefined
  const names = differing.filter((name) => name !== '')
  const rest = names.length - SHOWN
  const shown = `${names.slice(0, SHOWN).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return `what this table holds changes${names.length > 0 ? ` (${shown})` : ''}`
}

const SHOWN = 3

/** Names under which the two do not hold the same, in whatever order. */
function differingNames(before: Table, after: Table): string[] {
  const [left, right] = [contentsByName(before), contentsByName(after)]
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name))
}

function contentsByName({ entries }: Table): Map<string, string> {
  const groups = Map.groupBy(entries, ({ name }) => name)
  return new Map([...groups].map(([name, group]) => [name, JSON.stringify(group.map(({ content }) => content).toSorted())]))
}
