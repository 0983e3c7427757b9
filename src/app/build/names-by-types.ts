import { type UnitDiff, changedTypes, leadsTo, readObjectExports } from '../../core/diff/mod.ts'
import type { ElfFile } from '../../core/elf/mod.ts'
import { haveSameTypes, prototypeOf, typesOf } from '../../core/types/mod.ts'

/** What the types of both objects tell of the names that code outside the patch knows. */
export interface NamesByTypes {
  /** All exports of the unit. */
  readonly exports: readonly string[]
  /** Global functions that are replaced. */
  readonly replaced: readonly string[]
  /** Exports whose checksum may be another one: it is of all types that a name leads to. */
  readonly checksums: readonly string[]
  /** Those of all that may have another prototype: it is of what its own words mean. */
  readonly prototypes: readonly string[]
}

/** Found while both objects are at hand: to read their types again takes longer than all that is asked of them. */
export function namesByTypes(diff: UnitDiff, original: ElfFile, patched: ElfFile): NamesByTypes {
  const replaced = diff.replaced.flatMap(({ original: item }) => (item.bind === 'local' ? [] : [item.name]))
  const exports = readObjectExports(original).map(({ name }) => name)
  const names = [...new Set([...replaced, ...exports])]
  if (names.length === 0 || haveSameTypes(original, patched)) return { exports, replaced, checksums: [], prototypes: [] }
  const [before, after] = [typesOf(original), typesOf(patched)]
  const changed = changedTypes(before, after)
  const leadsToSome = (types: ReadonlySet<string>) => {
    if (types.size === 0) return () => false
    const [old, now] = [leadsTo(types, before), leadsTo(types, after)]
    return (name: string) => old(name) || now(name)
  }
  const means = leadsToSome(new Set([...changed].filter((type) => type.startsWith('typedef '))))
  return {
    exports,
    replaced,
    checksums: exports.filter(leadsToSome(changed)),
    prototypes: names.filter((name) => means(name) || prototypeOf(before, name) !== prototypeOf(after, name)),
  }
}
