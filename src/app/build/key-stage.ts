import { readKeysInstead } from '../../core/arch/mod.ts'
import type { Note } from '../../core/diff/mod.ts'
import { sourceFile } from '../../core/kernel/mod.ts'
import { type CompileInputs, compileStage, objectPath } from './compile-stage.ts'
import { type DiffStageRequest, type DiffedUnit, diffUnit } from './diff-stage.ts'
import type { BuildPorts } from './ports.ts'

export interface KeyStageRequest extends DiffStageRequest, CompileInputs {
  readonly changed: readonly DiffedUnit[]
  /** By unit, the static keys in modules that its branches depend on. */
  readonly lateKeys: ReadonlyMap<string, ReadonlySet<string>>
  /** Folder for the objects. */
  readonly folder: string
}

/**
 * The kernel makes a branch follow its static key by rewriting the code, which it prepares while the patch module loads: too early for a key in a module
 * that is patched. Units with such branches are compiled once more, so that these branches read their key; the code is the same otherwise, and what
 * changed stays what the first comparison found.
 */
export async function keyStage(
  request: KeyStageRequest,
  ports: BuildPorts,
): Promise<{ readonly changed: readonly DiffedUnit[]; readonly notes: readonly Note[] }> {
  const { changed, lateKeys, folder } = request
  const keysOf = (source: string) => lateKeys.get(source) ?? new Set<string>()
  const units = changed.map(({ unit }) => unit).filter((unit) => lateKeys.has(sourceFile(unit)))
  const keys = [...new Set(units.map(sourceFile))].map((source) => [source, [...keysOf(source)].toSorted()] as const)
  await compileStage(
    {
      side: 'patched',
      tree: request.tree,
      units,
      folder,
      inputs: ports.digest(JSON.stringify([request.inputs, keys])),
      lastFlags: ['-g0'], // its types have been compared
      editAssembly: (unit, text) => readKeysInstead(text, keysOf(sourceFile(unit))),
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
    notes: keys.flatMap(([unit, names]) =>
      names.map((subject) => ({
        unit,
        subject,
        text: 'a static key in a module: the patched code reads it, instead of being rewritten by it',
      })),
    ),
  }
}
