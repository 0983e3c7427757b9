import { type LayoutChange, type Refusal, type SpecialTable, type UnitDiff, compareLayouts, diffObjects } from '../../core/diff/mod.ts'
import { type ElfFile, findSection, readElf } from '../../core/elf/mod.ts'
import { type Btf, type UnitCommand, readBtf } from '../../core/kernel/mod.ts'
import { objectPath } from './compile-stage.ts'
import type { BuildPorts } from './ports.ts'

export interface DiffStageRequest {
  readonly units: readonly UnitCommand[]
  readonly originals: string
  readonly patched: string
  readonly tables: readonly SpecialTable[]
  readonly allowLayout: readonly string[]
  readonly setData: readonly string[]
}

export interface DiffedUnit {
  readonly unit: UnitCommand
  readonly diff: UnitDiff
}

export interface DiffStage {
  /** Units with something to replace, to add, or to refuse. */
  readonly changed: readonly DiffedUnit[]
  readonly unitCount: number
  readonly refusals: readonly Refusal[]
  readonly notes: UnitDiff['notes']
}

/** Stage 4: what changed, unit by unit, and every reason why it may not be patched. */
export async function diffStage(request: DiffStageRequest, ports: BuildPorts): Promise<DiffStage> {
  const units: DiffedUnit[] = []
  const layouts = new Map<string, Refusal>()
  for (const unit of request.units) {
    const original = await readObject(objectPath(request.originals, unit), ports)
    const patched = await readObject(objectPath(request.patched, unit), ports)
    const diff = diffObjects({ unit: unit.source, original, patched, tables: request.tables, setData: request.setData })
    if (isEmpty(diff) && diff.notes.length === 0) continue
    units.push({ unit, diff })
    for (const change of compareLayouts(typesOf(original), typesOf(patched))) {
      if (!request.allowLayout.includes(change.name))
        layouts.set(change.name, layouts.get(change.name) ?? refuseLayout(unit.source, change))
    }
  }
  return {
    changed: units.filter(({ diff }) => !isEmpty(diff)),
    unitCount: request.units.length,
    refusals: [...units.flatMap(({ diff }) => diff.refusals), ...layouts.values()],
    notes: units.flatMap(({ diff }) => diff.notes),
  }
}

function isEmpty(diff: UnitDiff): boolean {
  return diff.inclusion.carried.length === 0 && diff.refusals.length === 0 && diff.settings.length === 0 && diff.states.length === 0
}

async function readObject(path: string, ports: BuildPorts): Promise<ElfFile> {
  return readElf(await ports.files.readBytes(path), path)
}

function typesOf(object: ElfFile): Btf {
  const section = findSection(object, '.BTF')
  return section === undefined
    ? { file: object.file, types: [], idsByName: new Map(), strings: new Uint8Array(0) }
    : readBtf(section.data, `${object.file}, .BTF`)
}

function refuseLayout(unit: string, change: LayoutChange): Refusal {
  const members = change.members.slice(0, 6).join('; ') + (change.members.length > 6 ? `; and ${change.members.length - 6} more` : '')
  return {
    code: 'layout-changed',
    unit,
    subject: `struct ${change.name}`,
    reason: `${change.oldSize} bytes become ${change.newSize}: ${members}`,
  }
}
