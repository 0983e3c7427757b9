import { areNear } from '../c/mod.ts'
import { type CFunction, isInitHead, memberNamed, textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { isKept } from './led-to.ts'
import { allocates, initialisationsIn, isMaker } from './initialises.ts'

const SETS = /\b(?:refcount_set|atomic_set|atomic64_set)\s*\(\s*&?[\w.\->]*?(?:->|\.)(\w+)/

const ASSIGNS = /^\s*[\w.\->[\]]*?(?:->|\.)(\w+)\s*=(?!=)\s*([^;]*)/
/** Nobody gives a member this value where the memory of new objects is zeroed: in older ones anything may stand there. */
const NOTHING = /^(NULL|0|false)$/

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
  if (before === undefined || after === undefined || isInitHead(after.head)) return []
  if (!isMaker(after)) return []
  const old = textOf(before.body)
  const makes = allocates(textOf(after.body))
  const others = all.filter((other) => other !== change && areNear(other.file.path, change.file.path))
  for (const line of change.added) {
    const { at, text } = line
    const initialised = initialisationsIn(line)[0]?.field ?? SETS.exec(text)?.[1]
    const [, assigned, value = ''] = ASSIGNS.exec(text) ?? []
    const isZeroed = NOTHING.test(value)
    const field = initialised ?? assigned
    if (field === undefined || (initialised === undefined && !makes && !isZeroed)) continue
    const word = new RegExp(memberNamed(field))
    if (word.test(old)) continue
    const newReader = others.find((other) => other.added.some((one) => word.test(one.text)))
    if (newReader !== undefined) {
      const isRelied = initialised !== undefined || (isZeroed && others.some((other) => isKept(other) && readsIn(other, field)))
      return [see(change, isRelied ? 'stop' : 'careful', `sets up ${field}, which ${newReader.name} newly uses`, at)]
    }
    const reader = others.find((other) => other.after?.body.some((one) => word.test(one.text)))
    if (initialised !== undefined && reader !== undefined)
      return [see(change, 'careful', `sets up ${field}, which ${reader.name} uses`, at)]
    if (allocates(old) && (initialised !== undefined || /^(NULL|0|false|-?\d+|\w+)$/.test(value)))
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

/** On a new line, and not only written. */
function readsIn({ added }: FunctionChange, field: string): boolean {
  const read = new RegExp(`${memberNamed(field)}(?!\\s*=[^=])`)
  return added.some(({ text }) => read.test(text))
}

/** It is kept in a member, or handed to the caller. */
function outlives(text: string, { body }: CFunction): boolean {
  const [, kept, variable] = /(?:(->|\.)\s*)?(\w+)\s*=[^=]/.exec(text) ?? []
  return kept !== undefined || (variable !== undefined && new RegExp(`\\breturn ${variable};`).test(textOf(body)))
}
