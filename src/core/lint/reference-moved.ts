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
        if (more <= 0) return []
        const droppers = shifts.filter(
          (entry) => entry.change !== change && (entry.kinds.get(kind) ?? 0) < 0 && areNear(entry.change.file.path, change.file.path),
        )
        const late = droppers.find((entry) => entry.change.file === change.file && dropsForTheLast(entry.change, kind))
        if (late !== undefined && !takesMore(change, kind))
          return [
            see(change, 'stop', `no more drops a reference (${kind}) that ${late.change.name} drops for the last who holds the object`),
          ]
        const others = hasBothActs(change, kind) ? droppers.filter((entry) => !areInOneCall(change, entry.change)) : []
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

/**
 * In a function that was there, behind a count that has come to nothing (`refcount_dec_and_test`). Though the one function calls the other, whom the old code has
 * done with the first for may be dropped by the new one later, for somebody else: twice. Linux 6.12.117, net/sched/cls_flower.c.
 */
function dropsForTheLast({ file, after }: FunctionChange, kind: string): boolean {
  const body = after?.body ?? []
  const counted = body.findIndex(({ text }) => COMES_TO_NOTHING.test(text))
  if (counted < 0 || !body.some(({ text }, rank) => rank > counted && droppedIn(text).includes(kind))) return false
  const drops = file.after.functions.filter(({ name }) => droppedIn(`${name}(`).includes(kind))
  return drops.some((drop) => drop.name !== after?.name && COMES_TO_NOTHING.test(textOf(drop.body)))
}

const COMES_TO_NOTHING = /\b(?:refcount|atomic\w*|kref)_\w*(?:dec|sub)_and_(?:test|lock|mutex_lock)\w*\s*\(/

function takesMore({ before, after }: FunctionChange, kind: string): boolean {
  const [old, now] = [before, after].map((func) => takenIn(textOf(func?.body ?? [])).filter((one) => one === kind).length)
  return (now ?? 0) > (old ?? 0)
}

/** What is only ever taken, or only ever dropped, just sounds like a reference. */
function hasBothActs({ file }: FunctionChange, kind: string): boolean {
  const text = [...file.before.code, ...file.after.code].join('\n')
  return takenIn(text).includes(kind) && droppedIn(text).includes(kind)
}
