import type { Manifest } from '../../core/bundle/mod.ts'
import { type BroughtFunction, type ResolvedUnit, isListed } from '../../core/klp/mod.ts'

/** What a live patch holds, which is known before it is made: it carries the ids of what it fixes. */
export type Contents = Pick<Manifest, 'objects' | 'changes' | 'added'>

export function contentsOf(
  resolved: readonly ResolvedUnit[],
  changes: Manifest['changes'],
  unreached: readonly BroughtFunction[],
): Contents {
  const idle = new Set(unreached.map(({ item }) => item))
  // An object may be there for its callbacks or data alone, or for what other objects use of it.
  const listed = new Set(resolved.filter(isListed).map((unit) => unit.object))
  return {
    objects: [...Map.groupBy(resolved, (unit) => unit.object)]
      .map(([name, units]) => ({
        name,
        functions: units.flatMap((unit) =>
          unit.functions.map(({ name: func, sympos, oldSize, newSize, unit: from }) => ({
            name: func,
            sympos,
            oldSizeBytes: oldSize,
            newSizeBytes: newSize,
            unit: from,
          })),
        ),
      }))
      .filter((object) => object.functions.length > 0 || listed.has(object.name)),
    changes,
    added: resolved.flatMap(({ diff }) =>
      diff.added.map((item) => ({
        unit: diff.unit,
        function: item.name,
        sizeBytes: item.size,
        ...(idle.has(item) ? { unreached: true as const } : {}),
      })),
    ),
  }
}
