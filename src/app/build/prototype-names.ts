import { type SymbolVersion, type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import { functionHeads } from '../../core/source/mod.ts'
import type { ComparedUnit } from './diff-stage.ts'
import type { BuildPorts } from './ports.ts'
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
  { unit, names }: ComparedUnit,
  exported: ReadonlyMap<string, SymbolVersion>,
  { original, patched, changedFiles, hasHeaders }: NamesRequest,
  ports: BuildPorts,
): Promise<NamesToCheck> {
  const exports = names.exports.filter((name) => exported.has(name))
  const candidates = [...new Set([...names.replaced, ...exports])]
  if (candidates.length === 0) return { checksums: [], prototypes: [] }
  const isChangedText = changedFiles.has(sourceFile(unit))
    ? await changedByText(unit, new Set(names.replaced), { original, patched }, ports)
    : () => false
  const prototypes = candidates.filter((name) => (hasHeaders && names.prototypes.includes(name)) || isChangedText(name))
  return { checksums: exports.filter((name) => (hasHeaders && names.checksums.includes(name)) || prototypes.includes(name)), prototypes }
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
