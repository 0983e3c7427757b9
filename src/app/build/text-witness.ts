import { type CFile, namesUsed, readCFile } from '../../core/c/mod.ts'
import { sourceName } from '../../core/diff/mod.ts'
import { type LayoutChange, type TellingNames, nameOfLayout } from '../../core/types/mod.ts'
import { carriedNames, supersededNames } from './changed-names.ts'
import type { BuildPorts } from './ports.ts'
import type { CompiledSide, SeenLayout, TypeStageRequest, TypedUnit } from './typed-unit.ts'

/**
 * Changed types that the source itself shows to be seen: a function that the patch carries names a changed member that no other type has. The source names
 * some of those who see a type, never all, and what it does not show is left to the compiler. docs/decisions/0008-layout-by-disturbance.md
 */
export async function seenInText(request: TypeStageRequest, units: readonly TypedUnit[], ports: BuildPorts): Promise<SeenLayout[]> {
  const seen: SeenLayout[] = []
  const known = new Set<string>()
  for (const unit of units) {
    for (const side of ['patched', 'original'] as const) {
      const asked = unit.changes.filter((change) => !known.has(nameOfLayout(change)) && namesOn(side, unit, change).length > 0)
      if (asked.length === 0) continue
      const names = side === 'patched' ? carriedNames(unit.diff) : supersededNames(unit.diff)
      const functions = await readFunctions(request[side], { unit, names }, ports)
      for (const change of asked) {
        const telling = namesOn(side, unit, change)
        const kind = unit.telling.get(nameOfLayout(change))?.kind
        const seers = functions.filter((func) => telling.some((name) => func[kind === 'constants' ? 'others' : 'members'].has(name)))
        if (seers.length === 0) continue
        seen.push({ unit: unit.unit, change, functions: seers.map(({ name }) => name) })
        known.add(nameOfLayout(change))
      }
    }
  }
  return seen
}

function namesOn(side: keyof Omit<TellingNames, 'kind'>, { telling }: TypedUnit, change: LayoutChange): readonly string[] {
  return telling.get(nameOfLayout(change))?.[side] ?? []
}

interface Wanted {
  readonly unit: TypedUnit
  readonly names: ReadonlySet<string>
}

/** The names that each of a unit's functions uses in its own text. */
async function readFunctions({ tree }: CompiledSide, { unit, names }: Wanted, ports: BuildPorts) {
  const file = readCFile(await ports.files.readText(`${tree}/${unit.unit.source}`))
  const regions = functionsByName(file)
  return [...names].flatMap((name) => {
    const [region, other] = regions.get(sourceName(name)) ?? []
    // Of two by one name a conditional leaves one out.
    return region === undefined || other !== undefined ? [] : [{ name, ...namesUsed(file, region) }]
  })
}

function functionsByName(file: CFile) {
  const named = file.regions.flatMap((region) => (region.kind === 'function' ? region.names.map((name) => ({ name, region })) : []))
  return new Map([...Map.groupBy(named, ({ name }) => name)].map(([name, found]) => [name, found.map(({ region }) => region)] as const))
}
