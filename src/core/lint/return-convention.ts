import type { CFunction } from './c-text.ts'
import { type Rule, type Sight, listPlaces, see, unchangedCallers } from './finding.ts'

type Sort = 'an errno' | 'NULL' | 'ERR_PTR' | 'true or false' | 'a positive number'

function sortsOf(func: CFunction): ReadonlySet<Sort> {
  const sorts = new Set<Sort>()
  for (const { text } of func.body) {
    const value = /\breturn\s+([^;]+);/.exec(text)?.[1]?.trim() ?? ''
    for (const part of value.includes('?') ? value.split(/[?:]/).slice(1) : [value]) {
      const term = part.trim()
      if (/^-E[A-Z0-9]+$/.test(term)) sorts.add('an errno')
      if (term === 'NULL') sorts.add('NULL')
      if (/^ERR_(PTR|CAST)\b/.test(term)) sorts.add('ERR_PTR')
      if (/^(true|false)$/.test(term)) sorts.add('true or false')
      if (/^[1-9]\d*$/.test(term)) sorts.add('a positive number')
    }
  }
  return sorts
}

/** A function that says failure, or its answer, in another way than before. */
export const RETURN_CONVENTION: Rule = {
  id: 'return-convention',
  why: 'a task runs either all old or all new functions, but callers that the fix does not replace get the new answer and read it the old way',
  check: 'each of these callers: does it understand the new answer? Those in other modules and behind pointers, too',
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      const { before, after } = change
      if (before === undefined || after === undefined) return []
      const [old, now] = [sortsOf(before), sortsOf(after)]
      const fresh = [...now].filter((sort) => !old.has(sort))
      const turn = fresh.find(
        (sort) =>
          (sort === 'ERR_PTR' && old.has('NULL')) ||
          (sort === 'NULL' && old.has('ERR_PTR')) ||
          (sort === 'an errno' && old.size > 0 && !old.has('an errno')) ||
          (sort === 'true or false' && old.has('an errno')) ||
          (sort === 'a positive number' && old.has('an errno')),
      )
      const callers = turn === undefined ? [] : unchangedCallers(review, change.name)
      if (turn === undefined || callers.length === 0) return []
      return [see(change, 'careful', `can return ${turn} now, before only ${[...old].join(', ')}; not replaced: ${listPlaces(callers)}`)]
    }),
}
