import type { ManifestChange } from '../../core/bundle/mod.ts'
import { sourceName, wholeName } from '../../core/diff/mod.ts'
import { sourceFile } from '../../core/kernel/mod.ts'
import { type ChangedPlace, holdersOf, parseInlining } from '../../core/source/mod.ts'
import type { DiffedUnit } from './diff-stage.ts'
import { inliningPath, objectPath } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'

/**
 * For each function that the fix changes in the source, the compiled functions that carry it: itself, its clones, and what it was inlined into. A
 * place outside functions carries no name: what it changes is seen by the functions that came out otherwise.
 */
export async function findCarriers(
  places: readonly ChangedPlace[],
  units: readonly DiffedUnit[],
  patched: string,
  ports: BuildPorts,
): Promise<ManifestChange[]> {
  const compiled = await Promise.all(
    units.map(async ({ unit, diff }) => {
      const path = inliningPath(objectPath(patched, unit))
      const inlining = parseInlining((await ports.files.exists(path)) ? await ports.files.readText(path) : '')
      const functions = diff.inclusion.carried.filter(({ kind }) => kind === 'function').map(wholeName)
      return { unit, inlining, functions: [...new Set(functions)] }
    }),
  )
  return places.map(({ file, function: source, from, to }) => {
    const carriedBy = compiled.flatMap(({ unit, inlining, functions }) => {
      // A static function of another C file by the same name is another function.
      if (source === undefined || (file.endsWith('.c') && file !== unit.source && !isIncluded(file, units))) return []
      const own = [...functions.map(sourceName), ...inlining.keys()].filter((name) => isNamed(name, source.stem, source.name))
      const holders = holdersOf(inlining, own)
      return functions.filter((name) => holders.has(sourceName(name))).map((name) => ({ unit: unit.source, function: name }))
    })
    return { file, function: source?.name ?? null, lines: { from, to }, carriedBy }
  })
}

/** A C file that is no unit itself is text of those that include it. */
function isIncluded(file: string, units: readonly DiffedUnit[]): boolean {
  return !units.some(({ unit }) => sourceFile(unit) === file)
}

/** SYSCALL_DEFINE2(dup2, …) makes __do_sys_dup2, __se_sys_dup2 and more: the macro's argument is the end of their names. */
function isNamed(symbol: string, stem: string, name: string): boolean {
  return symbol === stem || (name !== stem && symbol.endsWith(`_${stem}`))
}
