import { type CFunction, textOf } from './c-text.ts'
import { type FunctionChange, bodyOf } from './change.ts'
import { type Review, type Rule, type Sight, see } from './finding.ts'
import { callableElsewhere, keptAt, listCallers, listSome, unchangedCallers } from './places.ts'

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

/** NULL, by the name of a variable: `return tree;` where the new code has `if (!tree) return ERR_PTR(…);`. */
function answersNullByName(before: CFunction, after: CFunction): boolean {
  const [old, now] = [textOf(before.body), textOf(after.body)]
  return [...now.matchAll(/\bif \(!(\w+)\)\s*\{?\s*return ERR_PTR\b/g)].some(([, variable = '']) => {
    const leaves = new RegExp(`\\bif \\(!${variable}\\)\\s*(?:\\{[^}]*?)?\\b(?:return (?!${variable};)|goto )`)
    return new RegExp(`\\breturn ${variable};`).test(old) && !leaves.test(old)
  })
}

/** The sort of answer that is new, and the ones there were, when callers have to read it in another way. */
function newAnswer({ before, after }: FunctionChange): { readonly turn: Sort; readonly old: readonly Sort[] } | undefined {
  if (before === undefined || after === undefined) return undefined
  const [own, now] = [sortsOf(before), sortsOf(after)]
  const old = answersNullByName(before, after) ? new Set<Sort>([...own, 'NULL']) : own
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
      const said = `can return ${answer.turn} now, before only ${answer.old.join(', ')}`
      const left = unchangedCallers(review, change.name)
      if (left.length > 0) return [see(change, 'careful', `${said}; not replaced: ${listCallers(left)}`)]
      return isOfPointers(answer) ? besides(change, review).map(({ severity, what }) => see(change, severity, `${said}; ${what}`)) : []
    }),
}

/** An errno where there were numbers is what most callbacks are allowed to answer; an ERR_PTR is none of NULL's. */
function isOfPointers({ turn }: { readonly turn: Sort }): boolean {
  return turn === 'ERR_PTR' || turn === 'NULL'
}

/** Who reads the answer besides callers that stay: by a pointer to the function, or later, from where a caller has put it. */
function besides({ name }: FunctionChange, review: Review): Pick<Sight, 'severity' | 'what'>[] {
  const pointer = keptAt(review, name)
  if (pointer !== undefined) return [{ severity: 'careful', what: `its address is kept at ${pointer.file}:${pointer.line}` }]
  const callers = review.functions.filter((other) => other.name !== name && new RegExp(`\\b${name}\\s*\\(`).test(bodyOf(other)))
  for (const caller of callers) {
    const member = storedBy(caller, name)
    if (member !== undefined)
      return [{ severity: 'careful', what: `${caller.name} stores it in ${member}, where code that stays may test it the old way` }]
  }
  const names = listSome(callers.map((caller) => caller.name))
  return callers.length === 0 ? [] : [{ severity: 'look', what: `replaced together with ${names}, which must not hand it on` }]
}

/** A member that gets the answer as it is, and is not emptied again. */
function storedBy(caller: FunctionChange, name: string): string | undefined {
  const body = bodyOf(caller)
  const place = new RegExp(`([\\w.\\->]+(?:->|\\.)\\w+)\\s*=\\s*(?:\\([^()]*\\)\\s*)?${name}\\s*\\(`).exec(body)?.[1]
  const isEmptied = place !== undefined && new RegExp(`${place.replaceAll('.', '\\.')}\\s*=\\s*NULL\\s*;`).test(body)
  return isEmptied ? undefined : place
}
