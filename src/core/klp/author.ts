import { CALLBACKS, type Refusal, type SystemState } from '../diff/mod.ts'
import type { ResolvedUnit } from './resolve.ts'
import { VMLINUX } from './symbol.ts'

/** What the author of a patch adds to its functions, across units: callbacks, of which an object has one of each kind, and system states. */

/** Whether the live patch does anything for this unit. */
export function isPatched({ functions, diff }: ResolvedUnit): boolean {
  return functions.length > 0 || diff.callbacks.length > 0 || diff.settings.length > 0
}

/** Whether the kernel must be told of the unit's object: what the patch brings for a module is resolved only with the module that it is listed for. */
export function isListed(unit: ResolvedUnit): boolean {
  return isPatched(unit) || (unit.object !== VMLINUX && unit.diff.inclusion.carried.length > 0)
}

/** Refuses a second callback of one kind for an object, a state in two versions, and a number that stands for two shadow variables. */
export function checkCallbacks(units: readonly ResolvedUnit[]): Refusal[] {
  const twice = [...Map.groupBy(units, (unit) => unit.object)].flatMap(([object, own]) =>
    CALLBACKS.flatMap((when) => {
      const all = own.flatMap(({ diff }) =>
        diff.callbacks.filter((callback) => callback.when === when).map(({ item }) => ({ unit: diff.unit, name: item.name })),
      )
      const [first, ...others] = all
      return others.map(({ unit, name }): Refusal => {
        const reason = `${object} has a ${when.replace('_', '-')} callback already: ${first?.name ?? ''} of ${first?.unit ?? ''}`
        return { code: 'callback-twice', unit, subject: name, reason }
      })
    }),
  )
  const versions = Map.groupBy(
    units.flatMap(({ diff }) => diff.states.map((state) => ({ ...state, unit: diff.unit }))),
    ({ id }) => id,
  )
  const contradictory = [...versions.values()].flatMap(([first, ...others]) =>
    others
      .filter(({ version }) => version !== first?.version)
      .map(({ id, version, unit }): Refusal => {
        const reason = `${unit} has it in version ${version}, ${first?.unit ?? ''} in version ${first?.version ?? 0}`
        return { code: 'mark-unfit', unit, subject: `state ${id}`, reason }
      }),
  )
  return [...twice, ...contradictory, ...refuseSharedNumbers(units)]
}

/** One shadow variable of a header that several units include is the same in all; of two, each would get the other's memory, and free it. */
function refuseSharedNumbers(units: readonly ResolvedUnit[]): Refusal[] {
  const byId = Map.groupBy(
    units.flatMap(({ diff }) => diff.shadows.map((shadow) => ({ ...shadow, unit: diff.unit }))),
    ({ id }) => id,
  )
  return [...byId.values()].flatMap(([first, ...others]) =>
    others
      .filter(({ name, sizeBytes }) => name !== first?.name || sizeBytes !== first.sizeBytes)
      .map(({ name, id, unit }): Refusal => {
        const reason = `the shadow variable has the number 0x${id.toString(16)}, as ${first?.name ?? ''} of ${first?.unit ?? ''} has: each would get the other's memory`
        return { code: 'mark-unfit', unit, subject: name, reason, advice: 'give each shadow variable (KMEND_SHADOW) a number of its own' }
      }),
  )
}

/** Each state once, in the order of their numbers. */
export function statesOf(units: readonly ResolvedUnit[]): SystemState[] {
  const byId = new Map(units.flatMap(({ diff }) => diff.states.map((state) => [state.id, state] as const)))
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
}
