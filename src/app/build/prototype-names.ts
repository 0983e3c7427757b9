import { changedTypes, leadsTo, readObjectExports } from '../../core/diff/mod.ts'
import type { ElfFile } from '../../core/elf/mod.ts'
import { type SymbolVersion, type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import { functionHeads } from '../../core/source/mod.ts'
import { prototypeOf, typesOf } from '../../core/types/mod.ts'
import { objectPath } from './compile-stage.ts'
import type { DiffedUnit } from './diff-stage.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'
import type { CompiledSide } from './typed-unit.ts'

export interface NamesRequest {
  readonly original: CompiledSide
  readonly patched: CompiledSide
  readonly changedFiles: ReadonlySet<string>
  readonly hasHeaders: boolean
}

export interface NamesToCheck {
  /** Exports whose checksum may be another one. */
  readonly checksums: readonly string[]
  /** Exported and replaced global functions that may have another prototype. */
  readonly prototypes: readonly string[]
}

/** What the types of both objects and the text of their functions leave open. Asking genksyms of a unit costs as much as compiling it. */
export async function namesToCheck(
  { unit, diff }: DiffedUnit,
  exported: ReadonlyMap<string, SymbolVersion>,
  { original, patched, changedFiles, hasHeaders }: NamesRequest,
  ports: BuildPorts,
): Promise<NamesToCheck> {
  const replaced = new Set(diff.replaced.flatMap(({ original: item }) => (item.bind === 'local' ? [] : [item.name])))
  const object = await readObject(objectPath(original.objects, unit), ports)
  const exports = readObjectExports(object).flatMap(({ name }) => (exported.has(name) ? [name] : []))
  const candidates = [...new Set([...replaced, ...exports])]
  if (candidates.length === 0) return { checksums: [], prototypes: [] }
  const byTypes = hasHeaders ? changedByTypes(object, await readObject(objectPath(patched.objects, unit), ports)) : undefined
  const byText = changedFiles.has(sourceFile(unit)) ? await changedByText(unit, replaced, { original, patched }, ports) : undefined
  const prototypes = candidates.filter((name) => byTypes?.prototype(name) === true || byText?.(name) === true)
  return { checksums: exports.filter((name) => byTypes?.checksum(name) === true || prototypes.includes(name)), prototypes }
}

/** What headers changed: a checksum is of all types that a name leads to, a prototype of what its own words mean. */
function changedByTypes(original: ElfFile, patched: ElfFile) {
  const [before, after] = [typesOf(original), typesOf(patched)]
  const changed = changedTypes(before, after)
  const isTypedef = (type: string) => type.startsWith('typedef ')
  const either = (types: ReadonlySet<string>) => {
    if (types.size === 0) return () => false
    const [old, now] = [leadsTo(types, before), leadsTo(types, after)]
    return (name: string) => old(name) || now(name)
  }
  const isOtherwise = (name: string) => prototypeOf(before, name) !== prototypeOf(after, name)
  const [byAny, byTypedef] = [either(changed), either(new Set([...changed].filter(isTypedef)))]
  return { checksum: byAny, prototype: (name: string) => isOtherwise(name) || byTypedef(name) }
}

async function changedByText(
  unit: UnitCommand,
  replaced: ReadonlySet<string>,
  { original, patched }: Pick<NamesRequest, 'original' | 'patched'>,
  ports: BuildPorts,
): Promise<(name: string) => boolean> {
  const headBefore = functionHeads(await ports.files.readText(`${original.tree}/${unit.source}`))
  const headAfter = functionHeads(await ports.files.readText(`${patched.tree}/${unit.source}`))
  return (name) => {
    const [before, after] = [headBefore(name), headAfter(name)]
    return before !== after || (before === undefined && replaced.has(name))
  }
}
