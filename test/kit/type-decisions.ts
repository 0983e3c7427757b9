import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildPorts } from '../../src/app/build/mod.ts'
import { DIFF_FLAGS } from '../../src/app/build/compile-stage.ts'
import { layoutChangesOf, typeStage } from '../../src/app/build/type-stage.ts'
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
}

/** What the build decides about the types that a unit's two compilations differ in: the stage itself, with the compiler at hand. */
export async function decideTypes(given: TypeCase): Promise<{ readonly refusals: readonly Refusal[]; readonly notes: readonly Note[] }> {
  const changes = layoutChangesOf(given.pair.original, given.pair.patched)
  if (changes.length === 0) return { refusals: [], notes: [] }
  const folder = mkdtempSync(join(tmpdir(), 'kmend-types-'))
  try {
    const { original, patched } = given.sources
    const unit = {
      ...{ source: given.diff.unit, output: 'unit.o', modname: 'unit', owners: [], objtool: [] },
      compiler: ['gcc-12', ...given.flags, '-c'],
    }
    for (const [side, text] of Object.entries({ original, patched: withPatch(original, patched) })) {
      mkdirSync(dirname(`${folder}/${side}/${unit.source}`), { recursive: true })
      writeFileSync(`${folder}/${side}/${unit.source}`, text)
      await compileUnits(`${folder}/${side}`, [{ unit, options: { output: `${folder}/${side}/unit.o`, extraFlags: DIFF_FLAGS } }])
    }
    const side = (name: string) => ({ tree: `${folder}/${name}`, objects: `${folder}/${name}` })
    return await typeStage(
      {
        units: [{ unit, diff: given.diff, changes }],
        original: side('original'),
        patched: side('patched'),
        folder: `${folder}/types`,
        tables: given.tables,
        allowLayout: [],
        isWitnessEnough: false,
      },
      ports,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const ports = {
  files: { readBytes, readText, write: writeWhole },
  progress: () => {},
  compile: (tree: string, jobs: Parameters<BuildPorts['compile']>[1]) =>
    compileUnits(
      tree,
      jobs.map(({ unit, ...options }) => ({ unit, options })),
    ),
} as unknown as BuildPorts
