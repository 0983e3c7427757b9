import type { ElfFile } from '../elf/mod.ts'
import { prototypeOf, typesOf } from '../types/mod.ts'
import type { Item } from './item.ts'
import { sourceName } from './names.ts'
import type { Refusal } from './refusal.ts'

/** A function that is left as it is while its parameters or result change: what the patch brings would call the old one in the new way. */
export function refuseChangedPrototypes(
  { unit, original, patched }: { readonly unit: string; readonly original: ElfFile; readonly patched: ElfFile },
  ignored: readonly Item[],
): Refusal[] {
  const functions = ignored.filter(({ kind }) => kind === 'function')
  if (functions.length === 0) return []
  const [before, after] = [typesOf(original), typesOf(patched)]
  return functions.flatMap((item): Refusal[] => {
    const name = sourceName(item.name)
    const [old, now] = [prototypeOf(before, name), prototypeOf(after, name)]
    if (old === undefined || now === undefined || old === now) return []
    return [
      {
        code: 'mark-unfit',
        unit,
        subject: item.name,
        reason: `it is to be left as it is, and its prototype changes from ${old} to ${now}`,
      },
    ]
  })
}
