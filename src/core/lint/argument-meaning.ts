import { ownName, textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Review, type Rule, type Sight, see } from './finding.ts'
import { type Parameter, callsOf, parametersOf } from './parameters.ts'
import { callableElsewhere, listCallers, placesOf, unchangedCallers } from './places.ts'

/** A parameter that means something else now, though its type says nothing of it. */
export const ARGUMENT_MEANING: Rule = {
  id: 'argument-meaning',
  why: 'a task calls the new function with what the new callers pass; callers that are not replaced, calls through a pointer, and what was queued or stored before the patch came bring the old meaning, and no compiler notices',
  check: 'each caller that is left, and each place where the value outlives the call; better: a new function under a new name',
  asksFor: ({ functions }) => callableElsewhere(functions.filter((change) => turns(change, functions).length > 0)),
  find: (review) => review.functions.flatMap((change) => sights(change, review)),
}

interface Turn {
  readonly parameter: string
  readonly what: string
}

function sights(change: FunctionChange, review: Review): Sight[] {
  return turns(change, review.functions)
    .slice(0, 1)
    .flatMap(({ parameter, what }): Sight[] => {
      const left = unchangedCallers(review, change.name)
      if (left.length > 0) return [see(change, 'stop', `${what}; not replaced: ${listCallers(left)}`)]
      const [pointer] = placesOf(review, change.name).pointers
      if (pointer !== undefined) return [see(change, 'careful', `${what}; its address is kept at ${pointer.file}:${pointer.line}`)]
      const stored = storedIn(change, parameter)
      return stored === undefined ? [] : [see(change, 'careful', `${what}; it is stored in ${stored}`)]
    })
}

/** Parameters that changed places, and parameters of which the function makes something else while every call passes something else. */
function turns(change: FunctionChange, all: readonly FunctionChange[]): Turn[] {
  const { before, after, name } = change
  if (before === undefined || after === undefined) return []
  const [old, now] = [parametersOf(before.head, name), parametersOf(after.head, name)]
  if (old.length !== now.length || old.some(({ type }, rank) => type !== now[rank]?.type)) return []
  const moved = swapped(old, now)
  if (moved !== undefined) return [moved]
  const read = now.flatMap((parameter, rank) => {
    const oldName = old[rank]?.name ?? ''
    return isReadOtherwise(change, oldName, parameter.name) ? [{ parameter, rank, oldName }] : []
  })
  const calls = read.length === 0 ? [] : all.filter((other) => other !== change && isReplaced(other) && mentions(other, name))
  return read.flatMap(({ parameter, rank, oldName }): Turn[] => {
    const pairs = calls.flatMap((caller) => {
      const sides = [caller.before, caller.after].map((side) => callsOf(name, side?.body ?? []).map((call) => call[rank] ?? ''))
      const [was = [], is = []] = sides
      if (was.some((argument) => is.some((other) => isSame(argument, other)))) return [{ was, is: was }]
      return was.length === 0 || is.length === 0 ? [] : [{ was, is }]
    })
    const isOther = pairs.length > 0 && pairs.every(({ was: a, is: b }) => a.every((argument) => !b.includes(argument)))
    const [first] = pairs
    if (!isOther || first === undefined || first.was[0] === undefined || first.is[0] === undefined) return []
    if (oldName === parameter.name && !isMadeOf(first.was[0], first.is[0])) return []
    return [{ parameter: parameter.name, what: `its parameter ${parameter.name} gets ${first.is[0]} now, before ${first.was[0]}` }]
  })
}

function isReplaced({ before, after }: FunctionChange): boolean {
  return before !== undefined && after !== undefined
}

function mentions({ before, after }: FunctionChange, name: string): boolean {
  return [before, after].some((side) => side?.body.some(({ text }) => text.includes(name)))
}

/** The same by another path: `irq` and `info->irq`. */
function isSame(was: string, is: string): boolean {
  const last = (text: string) => /^[\w.\->&*]*?(\w+)$/.exec(text)?.[1]
  return last(was) !== undefined && last(was) === last(is)
}

/** `len` and `start + len`, `timeout` and `msecs_to_jiffies(timeout)`: of two variables without a tie the one may be the new name of the other. */
function isMadeOf(was: string, is: string): boolean {
  const names = new Set(was.match(/[A-Za-z_]\w*/g))
  return (is.match(/[A-Za-z_]\w*/g) ?? []).some((name) => names.has(name))
}

function swapped(old: readonly Parameter[], now: readonly Parameter[]): Turn | undefined {
  const rank = old.findIndex(({ name }, at) => name !== '' && name !== now[at]?.name)
  const to = now.findIndex(({ name }) => name === old[rank]?.name)
  if (rank < 0 || to < 0 || now[rank]?.name !== old[to]?.name) return undefined
  const [a, b] = [old[rank]?.name ?? '', old[to]?.name ?? '']
  return { parameter: a, what: `its parameters ${a} and ${b} change places, and have one type` }
}

/** Renamed, or its own lines differ. */
function isReadOtherwise({ removed, added }: FunctionChange, was: string, is: string): boolean {
  const named = (name: string, lines: FunctionChange['added']) => name !== '' && new RegExp(ownName(name)).test(textOf(lines))
  return was !== is || (named(was, removed) && named(is, added))
}

function storedIn({ after }: FunctionChange, parameter: string): string | undefined {
  return new RegExp(`([\\w.\\->]+->\\w+)\\s*=\\s*(?:\\([^)]*\\)\\s*)?${parameter}\\b`).exec(textOf(after?.body ?? []))?.[1]
}
