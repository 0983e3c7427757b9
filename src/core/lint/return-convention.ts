import type { CFunction } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'
import { callableElsewhere, listCallers, unchangedCallers } from './places.ts'

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

/** The sort of answer that is new, and the ones there were, when callers have to read it in another way. */
function newAnswer({ before, after }: FunctionChange): { readonly turn: Sort; readonly old: readonly Sort[] } | undefined {
  if (before === undefined || after === undefined) return undefined
  const [old, now] = [sortsOf(before), sortsOf(after)]
  const turn = [...now].find(
    (sort) =>
      !old.has(sort) &&
      ((sort === 'ERR_PTR' && old.has('NULL')) ||
        (sort === 'NULL' && old.has('ERR_PTR')) ||
        (sort === 'an errno' && old.size > 0) ||
        (sort === 'true or false' && old.has('an errno')) ||
        (sort === 'a positive number' && old.has('an errno'))),
  )
  return turn === undefined ? undefined : { turn, old: [...old] }
}

/** A function that says failure, or its answer, in another way than before. */
export const RETURN_CONVENTION: Rule = {
  id: 'return-convention',
  why: 'a task runs either all old or all new functions, but callers that the fix does not replace get the new answer and read it the old way',
  check: 'each of these callers: does it understand the new answer? Those in other modules and behind pointers, too',
  asksFor: ({ functions }) => callableElsewhere(functions.filter((change) => newAnswer(change) !== undefined)),
  find: (review) =>
    review.functions.flatMap((change): Sight[] => {
      const answer = newAnswer(change)
      if (answer === undefined) return []
      const callers = unchangedCallers(review, change.name)
      if (callers.length === 0) return []
      return [
        see(
          change,
          'careful',
          `can return ${answer.turn} now, before only ${answer.old.join(', ')}; not replaced: ${listCallers(callers)}`,
        ),
      ]
    }),
}
