import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildPorts } from '../../src/app/build/mod.ts'
import { DIFF_FLAGS } from '../../src/app/build/compile-stage.ts'
import { layoutChangesOf, tellingNamesOf, typeStage } from '../../src/app/build/type-stage.ts'
import type { TypeMemory } from '../../src/app/build/typed-unit.ts'
import type { Note, Refusal, SpecialTable, UnitDiff } from '../../src/core/diff/mod.ts'
import { compileUnits } from '../../src/io/compile.ts'
import { readBytes, readText, writeWhole } from '../../src/io/files.ts'
import { type UnitPair, withPatch } from './unit-pair.ts'

export interface TypeCase {
  readonly sources: { readonly original: string; readonly patched: string }
  readonly pair: UnitPair
  readonly diff: UnitDiff
  readonly tables: readonly SpecialTable[]
  /** What the units are compiled with. */
  readonly flags: readonly string[]
  /** As so many units of the same text; one when not given. */
  readonly copies?: number
  readonly isWitnessEnough?: boolean
  readonly memory?: TypeMemory
}

export interface TypeDecisions {
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
  /** How often a unit was compiled to see what its functions go by. */
  readonly probeCount: number
  /** How often the compiler was asked anything, its preprocessor included. */
  readonly compileCount: number
}

/** What the build decides about the types that a unit's two compilations differ in: the stage itself, with the compiler at hand. */
export async function decideTypes(given: TypeCase): Promise<TypeDecisions> {
  const changes = layoutChangesOf(given.pair.original, given.pair.patched)
  if (changes.length === 0) return { refusals: [], notes: [], probeCount: 0, compileCount: 0 }
  const telling = tellingNamesOf(changes, given.pair.original, given.pair.patched)
  const folder = mkdtempSync(join(tmpdir(), 'kmend-types-'))
  try {
    const { original, patched } = given.sources
    let [probeCount, compileCount] = [0, 0]
    const unitAt = (index: number) => ({
      ...{ source: given.diff.unit, output: `unit-${index}.o`, modname: 'unit', owners: [], objtool: [] },
      compiler: ['gcc-12', ...given.flags, '-c'],
    })
    const units = Array.from({ length: given.copies ?? 1 }, (_, index) => unitAt(index))
    for (const [side, text] of Object.entries({ original, patched: withPatch(original, patched) })) {
      mkdirSync(dirname(`${folder}/${side}/${given.diff.unit}`), { recursive: true })
      writeFileSync(`${folder}/${side}/${given.diff.unit}`, text)
      const jobs = units.map((unit) => ({ unit, options: { output: `${folder}/${side}/${unit.output}`, extraFlags: DIFF_FLAGS } }))
      await compileUnits(`${folder}/${side}`, jobs)
    }
    const side = (name: string) => ({ tree: `${folder}/${name}`, objects: `${folder}/${name}` })
    const decided = await typeStage(
      {
        units: units.map((unit) => ({ unit, diff: given.diff, changes, telling })),
        original: side('original'),
        patched: side('patched'),
        folder: `${folder}/types`,
        tables: given.tables,
        allowLayout: [],
        isWitnessEnough: given.isWitnessEnough === true,
        memory: given.memory,
      },
      makePorts((jobs) => {
        compileCount += jobs.length
        probeCount += jobs.filter(({ source }) => source !== undefined).length
      }),
    )
    return { ...decided, probeCount, compileCount }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const makePorts = (onCompile: (jobs: Parameters<BuildPorts['compile']>[1]) => void) =>
  ({
    files: { readBytes, readText, write: writeWhole },
    progress: () => {},
    compile: (tree: string, jobs: Parameters<BuildPorts['compile']>[1]) => {
      onCompile(jobs)
      return compileUnits(
        tree,
        jobs.map(({ unit, ...options }) => ({ unit, options })),
      )
    },
  }) as unknown as BuildPorts
