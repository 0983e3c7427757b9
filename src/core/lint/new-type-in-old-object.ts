import { type Brought, broughtStructs } from './brought.ts'
import { functionAt, memberNamed } from './c-text.ts'
import { calledFrom, isCalledOnlyBy, newFunctions } from './calls.ts'
import { type FileChange, type FunctionChange, bodyOf } from './change.ts'
import type { Review, Rule, Sight } from './finding.ts'
import { allocates } from './initialises.ts'
import { ledTo, seeLedTo } from './led-to.ts'
import { parametersOf } from './parameters.ts'
import { type Taking, pointersIn, takingsOf } from './takings.ts'

/** What was there before is taken for something that only the new code makes. */
export const NEW_TYPE_IN_OLD_OBJECT: Rule = {
  id: 'new-type-in-old-object',
  why: 'objects that the old code made live on: where the new code expects the new type, they have nothing, or something else, and it is read, written or freed as if it were one',
  check:
    'what the function does with an object that was made before the patch is loaded: only the new code makes the new type; tell old objects apart, or keep the new type in a shadow variable',
  find: (review) => sightsOf(broughtStructs(review.files), review),
}

function sightsOf(brought: readonly Brought[], review: Review): Sight[] {
  if (brought.length === 0) return []
  const scope = scopeOf(brought, review)
  const helpers = newFunctions(review.functions)
  const all = ledTo(review.functions)
  return brought.flatMap(({ name: type }): Sight[] => {
    const makers = review.functions.filter((one) => [one, ...calledFrom(one, helpers)].some((code) => makes(type, code)))
    if (makers.length === 0 && isOnStacks(type, review)) return []
    return all.flatMap((led): Sight[] => {
      const { from, code } = led
      const found = takingsOf(type, code).find((taking) => isOld(taking, code, scope))
      if (found === undefined || makers.includes(from) || isCalledOnlyBy(from, makers)) return []
      const what = `takes ${shown(found.what)} for a struct ${type}, which the fix brings: what the old code made has none there`
      return [seeLedTo(led, what, found.at)]
    })
  })
}

/** What the rule knows of the whole fix. */
interface Scope {
  readonly types: readonly string[]
  /** Names of new variables, and of members that known types get: those are `struct-layout`'s. */
  readonly newNames: ReadonlySet<string>
  /** Names of functions whose own text is looked into. */
  readonly known: ReadonlySet<string>
  readonly files: readonly FileChange[]
}

function scopeOf(brought: readonly Brought[], { files, functions }: Review): Scope {
  return {
    types: brought.map(({ name }) => name),
    newNames: new Set(files.flatMap((file) => newNamesIn(file, brought))),
    known: new Set(functions.filter(({ after }) => after !== undefined).map(({ name }) => name)),
    files,
  }
}

/** Declared on new lines outside functions, and in no old one; what a new type has is told by the variable before it. */
function newNamesIn(file: FileChange, brought: readonly Brought[]): string[] {
  const { before, after, added } = file
  const types = brought.filter((type) => type.file === file).map(({ region }) => region)
  const isInside = (at: number) => functionAt(after, at) !== undefined || types.some(({ start, end }) => start <= at && at <= end)
  const declared = (line: string) =>
    [...line.matchAll(/\b(\w+)\s*(?:\[[^\]]*\]\s*)*(?::\s*\d+\s*)?(?:=[^;]*)?[;,]/g)].map(([, name = '']) => name)
  const old = new Set(before.code.flatMap((line) => line.match(/\w+/g) ?? []))
  return [...added]
    .filter((at) => !isInside(at))
    .flatMap((at) => declared(after.code[at - 1] ?? ''))
    .filter((name) => !old.has(name))
}

function isOld(taking: Taking, code: FunctionChange, scope: Scope): boolean {
  const { isContainer, variable } = taking
  const what = withoutCasts(taking.what)
  const [, ...sides] = what.split(/\?|:/)
  if (sides.length > 0) return sides.some((side) => isOld({ ...taking, what: side }, code, scope))
  if (!isContainer && /^&|^\w*$/.test(what)) return false
  if (isPassing(what) || usesNew(what, code, scope)) return false
  const call = /^(\w+)\s*\(/.exec(what)?.[1]
  if (call !== undefined && scope.known.has(call)) return false
  return isContainer || variable === undefined || !isTested(variable, what, code, scope)
}

function withoutCasts(text: string): string {
  return text
    .replace(/\(\s*(?:const\s+)?(?:struct\s+\w+|void|char|u8|unsigned long|uintptr_t|long)\s*\**\s*\)/g, '')
    .replace(/^[\s(]+/, '')
    .trim()
}

/** Nothing, an error, what is made here, or what lives no longer than the call: parts of messages. */
function isPassing(text: string): boolean {
  return (
    allocates(text) ||
    /^(?:NULL|0|ERR_\w+)\b|^\w*(?:alloc|memdup|_dup|create|new|_put|_push)\w*\s*\(|\bnl(?:a|msg)_data\b|\bgenlmsg_/.test(text)
  )
}

/** A variable of a new type, a new member, or a new variable: only new code fills it. */
function usesNew(text: string, code: FunctionChange, { types, newNames }: Scope): boolean {
  const body = bodyOf(code)
  const own = new Set(types.flatMap((type) => pointersIn(type, body)))
  const given = parametersOf(code.after?.head ?? '', code.name).flatMap(({ type, name }) =>
    types.some((one) => type.replace(/^const/, '').startsWith(`struct${one}`)) ? [name] : [],
  )
  return (text.match(/\w+/g) ?? []).some((word) => own.has(word) || given.includes(word) || newNames.has(word))
}

/** An empty place is told apart, and no old code of the fix's files put something there. */
function isTested(variable: string, text: string, code: FunctionChange, { files }: Scope): boolean {
  const test = new RegExp(
    `!\\s*${variable}\\b|\\b(?:if|while)\\s*\\(\\s*${variable}\\s*\\)|\\b${variable}\\s*(?:&&|\\?|[!=]=\\s*NULL)|(?:&&|\\|\\|)\\s*${variable}\\s*[)&|]|IS_ERR_OR_NULL\\s*\\(\\s*${variable}\\b`,
  )
  const member = /(?:->|\.)(\w+)[^>.]*$/.exec(text)?.[1]
  if (member === undefined || !test.test(bodyOf(code))) return false
  const named = new RegExp(memberNamed(member))
  return !files.some(({ before }) => named.test(before.text))
}

/** It allocates one itself: what it takes, it has made, or makes where there is none. */
function makes(type: string, code: FunctionChange): boolean {
  const body = bodyOf(code)
  const names = [`struct\\s+${type}`, ...pointersIn(type, body).map((name) => `\\*\\s*${name}`)].join('|')
  return new RegExp(`\\b\\w*(?:alloc|memdup)\\w*\\s*\\([^;]*\\bsizeof\\s*\\(?\\s*(?:${names})\\b`).test(body)
}

/** Where nobody allocates one, they live as long as a call: an old task, which has none, runs no new code before it is done. */
function isOnStacks(type: string, { functions }: Review): boolean {
  const isVariable = new RegExp(`^\\s*(?:const\\s+)?struct\\s+${type}\\s+\\w+\\s*(?:[=;,[]|$)`, 'm')
  return functions.some((code) => isVariable.test(bodyOf(code)))
}

function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
