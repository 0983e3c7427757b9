import type { RelocatableObject } from '../elf/mod.ts'
import type { SymbolVersion } from '../kernel/mod.ts'
import type { ResolvedUnit } from '../klp/mod.ts'
import { glueImports } from './glue-source.ts'

export interface ModuleParts {
  readonly units: readonly ResolvedUnit[]
  /** The patch object of each unit. */
  readonly objects: readonly RelocatableObject[]
  /** Every exported symbol of the kernel and its modules. */
  readonly exports: readonly SymbolVersion[]
}

/** The exported symbols that the module imports, by name. What the livepatch core looks up is undefined too, under names that no export has. */
export function moduleImports({ units, objects, exports }: ModuleParts): SymbolVersion[] {
  const undefinedNames = objects.flatMap(({ symbols }) => symbols.filter(({ place }) => place.kind === 'undefined').map(({ name }) => name))
  const wanted = new Set([...glueImports(units), ...undefinedNames])
  return exports.filter(({ name }) => wanted.has(name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
