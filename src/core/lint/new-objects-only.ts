import type { FunctionChange } from './change.ts'
import { textOf } from './c-text.ts'
import { type Rule, type Sight, see } from './finding.ts'

const ALLOCATES =
  /\b(k[mzc]alloc\w*|kv[mz]alloc\w*|kmemdup|kmem_cache_z?alloc\w*|alloc_percpu\w*|devm_k\w+|sk_alloc|alloc_netdev\w*|iget_locked|new_inode)\s*\(/
const MAKES = /(^|_)(alloc|create|new|init|open|probe|setup|dup|clone)(_|$)/
const INITIALISES =
  /\b(INIT_LIST_HEAD|INIT_HLIST_HEAD|spin_lock_init|raw_spin_lock_init|mutex_init|init_rwsem|init_completion|init_waitqueue_head|INIT_WORK|INIT_DELAYED_WORK|timer_setup|kref_init|refcount_set|atomic_set)\s*\(\s*&?[\w.\->]*?(?:->|\.)(\w+)/

/** State that is set up where an object is made, and so only in objects made from now on. */
export const NEW_OBJECTS_ONLY: Rule = {
  id: 'new-objects-only',
  why: 'objects that exist when the patch is applied were made by the old code: what the new code sets up, zeroes or allocates at that point is not in them',
  check: 'what the rest of the fix does with such an object; shadow variables or a callback can bring old ones up to date',
  find: (review) => review.functions.flatMap((change): Sight[] => inMaker(change, review.functions)),
}

function inMaker(change: FunctionChange, all: readonly FunctionChange[]): Sight[] {
  const { before, after } = change
  if (before === undefined || after === undefined || /\b__init\b/.test(after.head)) return []
  const old = textOf(before.body)
  const isMaker = ALLOCATES.test(textOf(after.body)) || MAKES.test(change.name)
  if (!isMaker) return []
  for (const { at, text } of change.added) {
    const initialised = INITIALISES.exec(text)
    const assigned = /^\s*[\w.\->[\]]*?(?:->|\.)(\w+)\s*=(?!=)/.exec(text)?.[1]
    const field = initialised?.[2] ?? assigned
    if (field === undefined || new RegExp(`(->|\\.)${field}\\b`).test(old)) continue
    const reader = all.find((other) => other !== change && other.added.some((line) => new RegExp(`(->|\\.)${field}\\b`).test(line.text)))
    if (initialised === null && !ALLOCATES.test(textOf(after.body))) continue
    if (reader !== undefined)
      return [see(change, initialised === null ? 'careful' : 'stop', `sets up ${field}, which ${reader.name} newly uses`, at)]
    if (ALLOCATES.test(old) && (initialised !== null || /=\s*(NULL|0|false|-?\d+|\w+)\s*;/.test(text)))
      return [see(change, 'look', `sets up ${field} in what it makes`, at)]
  }
  const zeroed = change.added.find(({ text }) => /\b(k[vz]?zalloc\w*|kcalloc|kmem_cache_zalloc|__GFP_ZERO)\b/.test(text))
  if (zeroed !== undefined && /\b(kmalloc\w*|kvmalloc\w*|kmem_cache_alloc\w*)\s*\(/.test(textOf(change.removed))) {
    return [see(change, 'look', 'zeroes what it makes', zeroed.at)]
  }
  return []
}
