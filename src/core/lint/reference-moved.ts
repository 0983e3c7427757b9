import type { CFunction } from './c-text.ts'
import { areInOneCall } from './calls.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'

const TAKES = /\b(\w*_get(?:_\w+)?|get_\w+|\w+_hold|refcount_inc\w*|igrab|dget|mntget|ihold)\s*\(/g
const DROPS = /\b(\w*_put(?:_\w+)?|put_\w+|refcount_dec\w*|iput|dput|mntput|fput)\s*\(/g
/** Reads that only sound like references, and what is dropped again on the same path. */
const NO_REFERENCE =
  /(^|_)(user|unaligned|cpu|unused|drvdata|platdata|property|random|time|seconds|option|value|size|len|state|flags|stats|data|bits?|index|name|type|ts|page_prot|get_(le|be)\d+)(_|$)|^(get|put)_(le|be|unaligned)|^(nla|nlmsg|genlmsg|seq|skb|ktime|timekeeping|sg|bio|cpumask|hlist)_/

function family(call: string): string {
  return call
    .replace(/_(sync|noidle|autosuspend|rcu|many|testzero|not_zero|and_test|unless_zero|and_lock)\b.*$/, '')
    .replace(/^refcount_(inc|dec).*$/, 'refcount')
    .replace(/^(igrab|ihold|iput)$/, 'inode')
    .replace(/^(dget|dput)$/, 'dentry')
    .replace(/^(mntget|mntput)$/, 'mount')
    .replace(/(^|_)(get|put|hold)(_|$)/, '$1')
    .replace(/^_+|_+$/g, '')
}

function balance(func: CFunction | undefined): Map<string, number> {
  const sums = new Map<string, number>()
  const count = (text: string, calls: RegExp, step: number) => {
    for (const [, call = ''] of text.matchAll(calls))
      if (!NO_REFERENCE.test(call)) sums.set(family(call), (sums.get(family(call)) ?? 0) + step)
  }
  for (const { text } of func?.body ?? []) {
    count(text, TAKES, 1)
    count(text, DROPS, -1)
  }
  return sums
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
        const other = shifts.find(
          (entry) => entry.change !== change && (entry.kinds.get(kind) ?? 0) < 0 && !areInOneCall(change, entry.change),
        )
        if (other === undefined) return []
        return [see(change, 'careful', `takes one more reference (${kind}), and ${other.change.name} drops one more`)]
      }),
    )
  },
}

/** What is only ever taken, or only ever dropped, just sounds like a reference. */
function hasBothActs({ file }: FunctionChange, kind: string): boolean {
  const isNamed = (calls: RegExp) =>
    [...file.before.code, ...file.after.code].some((text) => [...text.matchAll(calls)].some(([, call = '']) => family(call) === kind))
  return isNamed(TAKES) && isNamed(DROPS)
}
