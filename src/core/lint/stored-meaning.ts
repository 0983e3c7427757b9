import { memberNamed, textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { type Rule, type Sight, see } from './finding.ts'

/** A member that is filled with something else, while others read it in another way. */
export const STORED_MEANING: Rule = {
  id: 'stored-meaning',
  why: 'functions that are replaced together agree within a task; a value that old code stored is read by new code, and the other way round, for as long as the object lives',
  check:
    'what the new readers make of a value that the old code stored (other unit, other bound, other sign), and the old readers of a new one',
  find: ({ functions }) =>
    functions.flatMap((change): Sight[] =>
      writes(change).flatMap(({ field, at, was, is }): Sight[] => {
        const reader = functions.find((other) => other !== change && readsOtherwise(other, field))
        return reader === undefined
          ? []
          : [see(change, 'careful', `stores ${is} in ${field}, before ${was}, and ${reader.name} reads it in another way`, at)]
      }),
    ),
}

/** Members that get something else than before. */
function writes({ removed, added, before, after }: FunctionChange) {
  if (before === undefined || after === undefined) return []
  const old = new Map(removed.flatMap(assignment).map((one) => [one.field, one.value]))
  const now = added.flatMap(assignment)
  return now.flatMap(({ field, value, at }) => {
    const was = old.get(field)
    const isKnown =
      was === undefined ||
      isPlain(was) ||
      isPlain(value) ||
      spelled(was) === spelled(value) ||
      assigns(before.body, field, value) ||
      assigns(after.body, field, was)
    return isKnown ? [] : [{ field, at, was, is: value }]
  })
}

/** A state, not a measure: whether it is set has no unit. */
function isPlain(value: string): boolean {
  return /^(true|false|NULL|0|1)$/.test(value)
}

/** A page by its folio is the same page. */
function spelled(value: string): string {
  return value.replace(/folio|page/g, 'page').replace(/\s+/g, '')
}

function assigns(lines: FunctionChange['added'], field: string, value: string): boolean {
  return lines.flatMap(assignment).some((one) => one.field === field && one.value === value)
}

function assignment({ at, text }: { readonly at: number; readonly text: string }) {
  const [, field, value] = /^\s*[\w.\->[\]]+->(\w+)\s*=(?!=)\s*([^;]+);/.exec(text) ?? []
  return field === undefined || value === undefined ? [] : [{ at, field, value: value.trim() }]
}

function readsOtherwise({ removed, added, before, after }: FunctionChange, field: string): boolean {
  if (before === undefined || after === undefined) return false
  const word = new RegExp(`(?<!&[\\w.\\->]*)${memberNamed(field)}`)
  const sets = new RegExp(`${memberNamed(field)}\\s*[-+|&^*/]?=(?!=)`)
  const [old, now] = [removed, added].map((lines) => lines.filter(({ text }) => word.test(text) && !sets.test(text)))
  return (old ?? []).length > 0 && (now ?? []).length > 0 && spelled(textOf(old ?? [])) !== spelled(textOf(now ?? []))
}
