import { type Brought, broughtVariables } from './brought.ts'
import { functionAt, hasLocal, ownName } from './c-text.ts'
import { calledFrom, calls, isCalledOnlyBy, newFunctions } from './calls.ts'
import { type FunctionChange, bodyOf } from './change.ts'
import type { Review, Rule, Sight } from './finding.ts'
import { isKept, ledTo, seeLedTo } from './led-to.ts'
import { listSome } from './places.ts'

/** A new variable that the kept functions read, and that is filled where what exists has been already. */
export const SET_UP_BEFORE: Rule = {
  id: 'set-up-before',
  why: 'the functions that set the variable ran for what exists before the patch is loaded, and did not set it then: the replaced code finds zero where it relies on a value',
  check: 'what the function does when it finds zero; set the variable up in a pre-patch callback, or where it is first used',
  find: (review) =>
    broughtVariables(review.files)
      .filter(isOpen)
      .flatMap((variable) => sightsOf(variable, review)),
}

/** Writable, and of no value that says something. Of a lock or a counter all uses hand its address on, and say nothing of who sets it up. */
function isOpen({ region, tokens, name }: Brought): boolean {
  const words = region.head.split(' ')
  return !words.slice(words.lastIndexOf('*') + 1).includes('const') && hasNoValue(tokens, name)
}

/** `= 0`, `= NULL`, `= {}`, `= { [0 ... N - 1] = 0 }`. */
function hasNoValue(tokens: readonly string[], name: string): boolean {
  const from = tokens.indexOf('=', tokens.indexOf(name))
  if (from < 0) return true
  const value = tokens
    .slice(from + 1)
    .join(' ')
    .replace(/\[[^\]]*\] =|\. \w+ =/g, '')
  return (value.match(/\w+/g) ?? []).every((word) => /^(0[xX]?0*[uUlL]*|NULL|false)$/.test(word))
}

function sightsOf(variable: Brought, review: Review): Sight[] {
  const { name, region, file } = variable
  const functions = review.functions.filter(
    (one) => (!region.isStatic || one.file === file) && (one.after === undefined || !hasLocal(one.after, name)),
  )
  if (isNamedInTables(variable, review)) return []
  const uses = new Map(functions.map((one) => [one, useOf(name, withoutSizes(bodyOf(one)), /\[/.test(region.head))]))
  const helpers = newFunctions(functions)
  const setsByItself = (from: FunctionChange) => [from, ...calledFrom(from, helpers)].some((one) => uses.get(one)?.sets === true)
  const setters = functions.filter((one) => isKept(one) && setsByItself(one))
  if (setters.length === 0 || isSetElsewhere(functions, uses, setters, helpers)) return []
  const names = listSome(setters.map((setter) => setter.name))
  return ledTo(functions).flatMap((led): Sight[] => {
    const { from, code } = led
    const read = uses.get(code)?.readAt
    if (read === undefined || setters.includes(from) || setters.some((setter) => calls(from, setter))) return []
    if (isCalledOnlyBy(from, setters)) return []
    const what = `newly reads ${name}, which the fix brings and only ${names} sets: for what exists that has run already`
    return [seeLedTo(led, what, read)]
  })
}

interface Use {
  readonly sets: boolean
  /** Where it is read first. */
  readonly readAt: number | undefined
}

/** A write through a pointer that the variable holds sets nothing in it; what gets its address may. */
function useOf(name: string, body: string, isArray: boolean): Use {
  const word = ownName(name)
  const place = `(?:per_cpu\\s*\\(\\s*${name}\\s*,[^;()]*(?:\\([^()]*\\))?[^;()]*\\)|${word})(?:\\s*\\[[^\\]]*\\]|\\s*\\.\\s*\\w+)*`
  const writes = [
    `${place}\\s*(?:[-+|&^*/%]|<<|>>)?=(?!=)`,
    `${place}\\s*(?:\\+\\+|--)`,
    `(?:\\+\\+|--)\\s*${place}`,
    `\\b(?:WRITE_ONCE|rcu_assign_pointer|RCU_INIT_POINTER|\\w*this_cpu_(?:write|add|sub|inc|dec|or|and|xchg|cmpxchg)\\w*)\\s*\\(\\s*${place}`,
    `&\\s*${place}`,
    ...(isArray ? [`(?<!_cpu\\w*\\s*)[(,]\\s*${name}\\s*[,)]`] : []),
  ]
  const written = new RegExp(writes.join('|'), 'g')
  const clears = new RegExp(`${place}\\s*=\\s*(?:0|NULL|false)\\s*;|\\bWRITE_ONCE\\s*\\(\\s*${place}\\s*,\\s*(?:0|NULL|false)\\s*\\)`, 'g')
  const rest = blank(blank(body, clears), written)
  return { sets: written.test(blank(body, clears)), readAt: new RegExp(word).exec(rest)?.index }
}

function withoutSizes(body: string): string {
  return blank(body, /\b(?:sizeof|ARRAY_SIZE|typeof)\s*\([^()]*\)/g)
}

function blank(text: string, part: RegExp): string {
  return text.replace(part, (found) => found.replace(/\w/g, ' '))
}

/** A parameter of the module, a row of a table: somebody else sets it. */
function isNamedInTables({ name, region, file }: Brought, { files }: Review): boolean {
  const word = new RegExp(`\\b${name}\\b`)
  return files.some(({ after }) => {
    if (region.isStatic && after !== file.after) return false
    return after.code.some((text, rank) => {
      const line = rank + 1
      if (!word.test(text) || functionAt(after, line) !== undefined) return false
      return !(after === file.after && line >= region.start && line <= region.end) && !/\bextern\b|\bDECLARE_|EXPORT_|TRACEPOINT/.test(text)
    })
  })
}

/** By new code that none of the kept setters call: in a callback that is registered, or where it is first used. */
function isSetElsewhere(
  functions: readonly FunctionChange[],
  uses: ReadonlyMap<FunctionChange, Use>,
  setters: readonly FunctionChange[],
  helpers: ReadonlyMap<string, FunctionChange>,
): boolean {
  const led = new Set(setters.flatMap((setter) => calledFrom(setter, helpers)))
  return functions.some((one) => one.before === undefined && uses.get(one)?.sets === true && !led.has(one))
}
