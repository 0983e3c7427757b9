import { type UnitCommand, sourceFile } from '../../core/kernel/mod.ts'
import { filesRead } from '../build/mod.ts'
import type { SourceFile } from './difference.ts'
import type { UpdatePorts } from './ports.ts'

/**
 * Which units read which of an update's included files, as their compilations say: by the text of its includes a unit may read any `trace.h`. For the
 * account; what is compiled again goes by the text, which is known before.
 */
export function watchReaders(files: readonly SourceFile[], folder: string, ports: UpdatePorts) {
  const included = new Map(
    files.flatMap(({ path, role, atoms }) => (role === 'included' ? atoms.map(({ id }) => [id, path] as const) : [])),
  )
  const paths = new Set(included.values())
  const readBy = new Map<string, ReadonlySet<string>>()
  return {
    /** Looks at units whose originals are compiled. */
    async look(units: readonly UnitCommand[]): Promise<void> {
      for (const unit of units) {
        const source = sourceFile(unit)
        if (readBy.has(source)) continue
        const read = await filesRead(unit, folder, ports)
        readBy.set(source, new Set([...paths].filter((path) => read.has(path))))
      }
    },
    /** By atom, without the units that were seen not to read its file. */
    narrow(unitsOf: ReadonlyMap<string, ReadonlySet<string>>): Map<string, ReadonlySet<string>> {
      return new Map(
        [...unitsOf].map(([id, units]) => {
          const path = included.get(id)
          return [id, path === undefined ? units : new Set([...units].filter((unit) => readBy.get(unit)?.has(path) !== false))]
        }),
      )
    },
  }
}
