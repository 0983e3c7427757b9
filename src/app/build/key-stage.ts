import { readKeysInstead } from '../../core/arch/mod.ts'
import type { Note } from '../../core/diff/mod.ts'
import { sourceFile } from '../../core/kernel/mod.ts'
import { type CompileInputs, compileStage, objectPath } from './compile-stage.ts'
import { type DiffStageRequest, type DiffedUnit, diffUnit } from './diff-stage.ts'
import type { BuildPorts } from './ports.ts'

export interface KeyStageRequest extends DiffStageRequest, CompileInputs {
  readonly changed: readonly DiffedUnit[]
  /** By unit, the static keys that its branches depend on and must read, with where they lie. */
  readonly lateKeys: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Folder for the objects. */
  readonly folder: string
}

/**
 * The kernel makes a branch follow its static key by rewriting the code, which it prepares while the patch module loads: too early for a key in a module
 * that is patched, and by a write that faults where the key is read-only. Units with such branches are compiled once more, so that these branches read their key; the code is the same otherwise, and what
 * changed stays what the first comparison found.
 */
export async function keyStage(
  request: KeyStageRequest,
  ports: BuildPorts,
): Promise<{ readonly changed: readonly DiffedUnit[]; readonly notes: readonly Note[] }> {
  const { changed, lateKeys, folder } = request
  const keysOf = (source: string) => lateKeys.get(source) ?? new Map<string, string>()
  const units = changed.map(({ unit }) => unit).filter((unit) => lateKeys.has(sourceFile(unit)))
  const keys = [...new Set(units.map(sourceFile))].map(
    (source) => [source, [...keysOf(source)].toSorted(([a], [b]) => (a < b ? -1 : 1))] as const,
  )
  await compileStage(
    {
      side: 'patched',
      tree: request.tree,
      units,
      folder,
      inputs: ports.digest(JSON.stringify([request.inputs, keys])),
      lastFlags: ['-g0'], // its types have been compared
      editAssembly: (unit, text) => readKeysInstead(text, new Set(keysOf(sourceFile(unit)).keys())),
    },
    ports,
  )
  return {
    changed: await Promise.all(
      changed.map(async (diffed) =>
        lateKeys.has(sourceFile(diffed.unit))
          ? diffUnit(diffed.unit, { ...request, code: objectPath(folder, diffed.unit) }, ports)
          : diffed,
      ),
    ),
    notes: keys.flatMap(([unit, places]) =>
      places.map(([subject, place]) => ({
        unit,
        subject,
        text: `a static key ${place}: the patched code reads it, instead of being rewritten by it`,
      })),
    ),
  }
}
