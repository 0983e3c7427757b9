import type { SymbolVersion } from '../../core/kernel/mod.ts'
import { type Resolution, type UnitToResolve, VMLINUX, resolveUnits } from '../../core/klp/mod.ts'
import { matchRunPre } from '../../core/runpre/mod.ts'
import type { DiffedUnit } from './diff-stage.ts'
import type { ModuleInventory } from './module-inventory.ts'
import type { ShippedKernel } from './running-objects.ts'

export interface RunPreStageRequest {
  readonly changed: readonly DiffedUnit[]
  /** Those, and units of which only something that is left out differs. */
  readonly touched: readonly DiffedUnit[]
  readonly shipped: ShippedKernel
  readonly exports: readonly SymbolVersion[]
  readonly inventory: () => Promise<ModuleInventory>
}

export interface RunPreStage {
  /** Each unit with each object of the running kernel that holds it. */
  readonly pairs: readonly UnitToResolve[]
  readonly resolution: Resolution
}

/** Holds the original objects against the shipped code, and finds in it all that the patch refers to. */
export async function runPreStage({ changed, touched, shipped, exports, inventory }: RunPreStageRequest): Promise<RunPreStage> {
  const pairs = await Promise.all(changed.flatMap((unit) => matchUnit(unit, shipped)))
  const hasModules = pairs.some(({ running }) => running.name !== VMLINUX)
  const around = hasModules ? { vmlinux: await shipped.object({ kind: 'vmlinux' }), needs: (await inventory()).needs } : {}
  return { pairs, resolution: resolveUnits(pairs, exports, { ...around, touched: touched.map(({ diff }) => diff) }) }
}

function matchUnit({ unit, diff }: DiffedUnit, shipped: ShippedKernel): Promise<UnitToResolve>[] {
  return unit.owners
    .filter(({ kind }) => kind !== 'other')
    .map(async (owner) => {
      const running = await shipped.object(owner)
      return { diff, running, match: matchRunPre(diff.original, running) }
    })
}
