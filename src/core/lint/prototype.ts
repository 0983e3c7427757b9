import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { parametersOf } from './parameters.ts'
import { callableElsewhere, keptAt } from './places.ts'

/** Types of result and parameters: names, marks and spaces say nothing. */
function typesOf(head: string, name: string): string {
  const bare = head.replace(/\b(static|inline|__always_inline|noinline\w*|extern|asmlinkage|__\w+)\b(\([^)]*\))?/g, ' ')
  const at = bare.indexOf(`${name}(`)
  if (at < 0) return bare.replace(/\s+/g, '')
  const types = parametersOf(bare, name).map(({ type }) => type)
  return `${bare.slice(0, at)}(${types.join(',')})`.replace(/\s+/g, '')
}

function hasNewTypes({ name, before, after }: FunctionChange): boolean {
  return before !== undefined && after !== undefined && typesOf(before.head, name) !== typesOf(after.head, name)
}

/** A function whose result or parameters change and whose address is kept somewhere. */
export const PROTOTYPE_POINTER: Rule = {
  id: 'prototype-pointer',
  why: 'pointers to the function that the running kernel holds lead to the new one; who calls through them and is not replaced passes the old arguments',
  check: 'every place that calls through the pointer; better: keep the old function with its prototype and add one under a new name',
  asksFor: ({ functions }) => callableElsewhere(functions.filter(hasNewTypes)),
  find: (review) =>
    review.functions.filter(hasNewTypes).flatMap((change): Sight[] => {
      const first = keptAt(review, change.name)
      const sight = see(change, 'careful', 'its prototype changes, and its address is kept in a table or handed on')
      return first === undefined ? [] : [{ ...sight, ...first }]
    }),
}

/** An exported function whose result or parameters change. */
export const EXPORT_SIGNATURE: Rule = {
  id: 'export-signature',
  why: 'modules that the fix does not replace, in the tree and outside, were built against the old prototype and go on calling with it',
  check: 'keep the exported function as it was and add one under a new name for the callers that are replaced',
  find: (review) =>
    review.functions.filter(hasNewTypes).flatMap((change): Sight[] => {
      const isExported = change.file.before.code.some((text) =>
        new RegExp(`\\bEXPORT_SYMBOL\\w*\\s*\\(\\s*${change.name}\\s*[,)]`).test(text),
      )
      return isExported ? [see(change, 'stop', 'it is exported, and its prototype changes')] : []
    }),
}
