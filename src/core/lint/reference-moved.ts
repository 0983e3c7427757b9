import { areNear } from '../c/mod.ts'
import { type CFunction, textOf } from './c-text.ts'
import { areInOneCall } from './calls.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { droppedIn, takenIn } from './references.ts'

/** One function takes a reference more, and another one drops one more: or the other way round. */
export const REFERENCE_MOVED: Rule = {
  id: 'reference-moved',
  why: 'what the old code set up before the patch was loaded lacks the reference (or holds one too many), and the new code drops it all the same: used after free, or never freed',
  check: 'objects that are alive while the patch is applied, and again while it is reverted: who took their reference, and who drops it',
  find: (review) => {
    const shifts = review.functions.filter(({ before }) => before !== undefined).map((change) => ({ change, kinds: shift(change) }))
    return shifts.flatMap(({ change, kinds }) =>
      [...kinds].flatMap(([kind, more]): Sight[] => {
        if (more <= 0 || !hasBothActs(change, kind)) return []
        const others = shifts.filter(
          (entry) =>
            entry.change !== change &&
            (entry.kinds.get(kind) ?? 0) < 0 &&
            areNear(entry.change.file.path, change.file.path) &&
            !areInOneCall(change, entry.change),
        )
        const own = others.find((entry) => entry.change.file === change.file)
        const other = own ?? others[0]
        if (other === undefined) return []
        // What only sounds alike in another file may be another kind.
        const severity = own === undefined ? 'careful' : 'stop'
        return [see(change, severity, `takes one more reference (${kind}), and ${other.change.name} drops one more`)]
      }),
    )
  },
}

/** By kind of reference, how many more the function takes than before. */
function shift(change: FunctionChange): Map<string, number> {
  const [before, after] = [balance(change.before), balance(change.after)]
  const kinds = new Set([...before.keys(), ...after.keys()])
  const shifts = new Map([...kinds].map((kind) => [kind, (after.get(kind) ?? 0) - (before.get(kind) ?? 0)]))
  // One kind for another: the function was converted to another type, and its references with it.
  const isConverted = [...shifts.values()].some((more) => more > 0) && [...shifts.values()].some((more) => more < 0)
  return isConverted ? new Map() : shifts
}

function balance(func: CFunction | undefined): Map<string, number> {
  const body = func?.body ?? []
  const sums = new Map<string, number>()
  const add = (kind: string, step: number) => sums.set(kind, (sums.get(kind) ?? 0) + step)
  const taken = takenIn(textOf(body))
  for (const kind of taken) add(kind, 1)
  for (const [rank, { text }] of body.entries()) {
    const isGivingUp = body.slice(rank + 1, rank + 3).some((next) => GIVES_UP.test(next.text))
    for (const kind of droppedIn(text)) if (!isGivingUp || !taken.includes(kind)) add(kind, -1)
  }
  return sums
}

/** What was taken on the way is dropped again where that leads to nothing. */
const GIVES_UP = /^\s*(?:goto \w+|return (?:-E\w+|ERR_\w+\(.*\)|NULL|false|err|ret|rc|error|status|stat));/

/** What is only ever taken, or only ever dropped, just sounds like a reference. */
function hasBothActs({ file }: FunctionChange, kind: string): boolean {
  const text = [...file.before.code, ...file.after.code].join('\n')
  return takenIn(text).includes(kind) && droppedIn(text).includes(kind)
}
