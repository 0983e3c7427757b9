import type { SpecialTable, UnitDiff } from '../../core/diff/mod.ts'
import type { ElfFile } from '../../core/elf/mod.ts'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import type { LayoutChange, TellingNames } from '../../core/types/mod.ts'
import { objectPath } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'
import { readObject } from './read-object.ts'

export interface TypeStageRequest {
  readonly units: readonly TypedUnit[]
  /** Folders of the objects, and the trees that they were compiled in. */
  readonly original: CompiledSide
  readonly patched: CompiledSide
  /** Folder for what is compiled here. */
  readonly folder: string
  readonly tables: readonly SpecialTable[]
  readonly allowLayout: readonly string[]
  /** A type that one unit sees is left out of the patch, whoever else sees it: from then on nobody is asked about it. */
  readonly isWitnessEnough: boolean
  /** What was asked before. */
  readonly memory?: TypeMemory | undefined
}

/** What was seen of changed types. */
export interface TypeMemory {
  /** By comparison of a unit, and by its edits, side and changed types. */
  readonly seen: WeakMap<UnitDiff, Map<string, readonly SeenLayout[]>>
  /** Which edits a unit is compiled with: two sources may come out as one object, and go by a type in other ways. */
  readonly editsOf: (unit: UnitCommand) => string | undefined
}

export interface CompiledSide {
  readonly tree: string
  readonly objects: string
}

/** A unit with code to carry, and the types that differ between its two compilations. */
export interface TypedUnit {
  readonly unit: UnitCommand
  readonly diff: UnitDiff
  readonly changes: readonly LayoutChange[]
  /** By which names the unit's source goes by a changed type, for those that have some. */
  readonly telling: ReadonlyMap<string, TellingNames>
}

/** A changed type, and what depends on the changed part of it: all that does in this unit, or what its source alone shows. */
export interface SeenLayout {
  readonly unit: UnitCommand
  readonly change: LayoutChange
  readonly functions: readonly string[]
}

/** Assertions on sizes and offsets are taken out: a type that is disturbed would fail them. */
export const PREPROCESS_FLAGS = ['-E', '-D_Static_assert(...)=', '-D__error__(text)=__unused__'] as const

export async function readSide(side: CompiledSide, { unit }: TypedUnit, ports: BuildPorts): Promise<ElfFile> {
  return readObject(objectPath(side.objects, unit), ports)
}
