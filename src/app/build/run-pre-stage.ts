import type { Refusal } from '../../core/diff/mod.ts'
import type { SymbolVersion, UnitCommand } from '../../core/kernel/mod.ts'
import {
  type Resolution,
  type UnitToResolve,
  VMLINUX,
  goneGlobals,
  refuseMadeStrong,
  refuseUncovered,
  resolveUnits,
} from '../../core/klp/mod.ts'
import { matchRunPre } from '../../core/runpre/mod.ts'
import type { DiffedUnit } from './diff-stage.ts'
import type { ModuleInventory } from './module-inventory.ts'
import type { ShippedKernel } from './running-objects.ts'

export interface RunPreStageRequest {
  readonly changed: readonly DiffedUnit[]
  /** Those, and units of which nothing differs but what is left out, weak no more, or gone. */
  readonly touched: readonly DiffedUnit[]
  readonly shipped: ShippedKernel
  readonly exports: readonly SymbolVersion[]
  readonly inventory: () => Promise<ModuleInventory>
  /** For each of these functions of which some unit has a weak definition, the source of that. */
  readonly weakDefaults: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>
}

export interface RunPreStage {
  /** Each unit with each object of the running kernel that holds it. */
  readonly pairs: readonly UnitToResolve[]
  readonly resolution: Resolution
}

/** Holds the original objects against the shipped code, and finds in it all that the patch refers to. */
export async function runPreStage(request: RunPreStageRequest): Promise<RunPreStage> {
  const { changed, touched, shipped, exports, inventory, weakDefaults } = request
  const pairs = await Promise.all(changed.flatMap((unit) => matchUnit(unit, shipped)))
  const hasModules = pairs.some(({ running }) => running.name !== VMLINUX)
  const around = hasModules ? { vmlinux: await shipped.object({ kind: 'vmlinux' }), needs: (await inventory()).needs } : {}
  const resolution = resolveUnits(pairs, exports, { ...around, touched: touched.map(({ diff }) => diff) })
  const diffs = touched.map(({ diff }) => diff)
  const uncovered = refuseUncovered(diffs, await weakDefaults(diffs.flatMap(goneGlobals)))
  const refusals = [...resolution.refusals, ...(await refuseStrong(touched, shipped)), ...uncovered]
  return { pairs, resolution: { ...resolution, refusals } }
}

function matchUnit({ unit, diff }: DiffedUnit, shipped: ShippedKernel): Promise<UnitToResolve>[] {
  return ownersOf(unit).map(async (owner) => {
    const running = await shipped.object(owner)
    return { diff, running, match: matchRunPre(diff.original, running) }
  })
}

/** Of units with nothing to replace, too: whether a definition is weak stands in none of its bytes. */
async function refuseStrong(touched: readonly DiffedUnit[], shipped: ShippedKernel): Promise<Refusal[]> {
  const made = touched.filter(({ diff }) => diff.madeStrong.length > 0)
  const found = made.flatMap(({ unit, diff }) => ownersOf(unit).map(async (owner) => refuseMadeStrong(diff, await shipped.object(owner))))
  return (await Promise.all(found)).flat()
}

function ownersOf({ owners }: UnitCommand) {
  return owners.filter(({ kind }) => kind !== 'other')
}
