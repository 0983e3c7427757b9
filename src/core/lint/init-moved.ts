import { areNear } from '../c/mod.ts'
import type { CFunction } from './c-text.ts'
import { areInOneCall } from './calls.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { type Initialisation, initialisationsIn, isNamedMaker } from './initialises.ts'

/** Something that is initialised at another point of an object's life than before. */
export const INIT_MOVED: Rule = {
  id: 'init-moved',
  why: 'objects that are between the two points when the patch is applied get the initialisation never, or twice; the same the other way round when it is reverted',
  check:
    'what the code does with an object that was never initialised (a work item without a function, a lock or list of zeros), and what a second initialisation does to one in use',
  find: ({ functions }) => {
    const shifts = functions.map((change) => ({ change, kinds: shiftOf(change) }))
    return shifts.flatMap(({ change, kinds }) =>
      [...kinds].flatMap(([key, { more, one }]): Sight[] => {
        if (more <= 0 || change.before === undefined || change.after === undefined) return []
        const losers = shifts.filter(
          (other) => other.change !== change && (other.kinds.get(key)?.more ?? 0) < 0 && areNear(other.change.file.path, change.file.path),
        )
        const from = losers.map((loser) => loser.change)
        const [first] = from
        if (first === undefined || from.some((loser) => areInOneCall(loser, change))) return []
        const names = from.map(({ name }) => name).join(', ')
        const isEarlier = isNamedMaker(change.name)
        // Both are steps of the making of the object: only what is being made just then is between them.
        if (isEarlier && from.every(({ name }) => isNamedMaker(name))) return []
        const thing = one.field === undefined ? one.call : `${one.call} of ${one.field}`
        const what = isEarlier
          ? `does ${thing} when it makes the object, left out of ${names}: objects that exist may never get it`
          : `does ${thing}, left out of ${names}: an object between the two may get it twice or never`
        return [see(change, isEarlier ? 'stop' : 'careful', what, one.at)]
      }),
    )
  },
}

/** By initialisation, how many times more the function does it than before. */
function shiftOf({ before, after }: FunctionChange): Map<string, { readonly more: number; readonly one: Initialisation }> {
  const [old, now] = [all(before), all(after)]
  return new Map(
    [...new Map([...old, ...now].map((one) => [one.key, one])).values()].map((one) => {
      const count = (list: readonly Initialisation[]) => list.filter(({ key }) => key === one.key).length
      return [one.key, { more: count(now) - count(old), one }]
    }),
  )
}

function all(func: CFunction | undefined): Initialisation[] {
  return (func?.body ?? []).flatMap(initialisationsIn)
}
