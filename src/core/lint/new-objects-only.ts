import { areNear } from '../c/mod.ts'
import { type CFunction, memberNamed, textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { allocates, initialisationsIn, isMaker } from './initialises.ts'

const SETS = /\b(?:refcount_set|atomic_set|atomic64_set)\s*\(\s*&?[\w.\->]*?(?:->|\.)(\w+)/

const ZEROES = /\b(k[vz]?zalloc\w*|kcalloc|kmem_cache_zalloc|__GFP_ZERO)\b/

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
  if (!isMaker(after)) return []
  const old = textOf(before.body)
  const makes = allocates(textOf(after.body))
  for (const line of change.added) {
    const { at, text } = line
    const initialised = initialisationsIn(line)[0]?.field ?? SETS.exec(text)?.[1]
    const assigned = /^\s*[\w.\->[\]]*?(?:->|\.)(\w+)\s*=(?!=)/.exec(text)?.[1]
    const field = initialised ?? assigned
    if (field === undefined || (initialised === undefined && !makes)) continue
    const word = new RegExp(memberNamed(field))
    if (word.test(old)) continue
    const others = all.filter((other) => other !== change && areNear(other.file.path, change.file.path))
    const newReader = others.find((other) => other.added.some((one) => word.test(one.text)))
    if (newReader !== undefined) {
      return [see(change, initialised === undefined ? 'careful' : 'stop', `sets up ${field}, which ${newReader.name} newly uses`, at)]
    }
    const reader = others.find((other) => other.after?.body.some((one) => word.test(one.text)))
    if (initialised !== undefined && reader !== undefined)
      return [see(change, 'careful', `sets up ${field}, which ${reader.name} uses`, at)]
    if (allocates(old) && (initialised !== undefined || /=\s*(NULL|0|false|-?\d+|\w+)\s*;/.test(text)))
      return [see(change, 'look', `sets up ${field} in what it makes`, at)]
  }
  const zeroed = change.added.find(({ text }) => ZEROES.test(text))
  if (
    zeroed !== undefined &&
    /\b(kmalloc\w*|kvmalloc\w*|kmem_cache_alloc\w*)\s*\(/.test(textOf(change.removed)) &&
    outlives(zeroed.text, after)
  ) {
    return [see(change, 'look', 'zeroes what it makes', zeroed.at)]
  }
  return []
}

/** It is kept in a member, or handed to the caller. */
function outlives(text: string, { body }: CFunction): boolean {
  const [, kept, variable] = /(?:(->|\.)\s*)?(\w+)\s*=[^=]/.exec(text) ?? []
  return kept !== undefined || (variable !== undefined && new RegExp(`\\breturn ${variable};`).test(textOf(body)))
}
