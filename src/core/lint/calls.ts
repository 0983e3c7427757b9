import { ownName } from './c-text.ts'
import { type FunctionChange, bodyOf } from './change.ts'

/** Whether the one calls the other by name, as the fix leaves it. */
export function calls(from: FunctionChange, to: FunctionChange): boolean {
  const call = callOf(to.name)
  return (from.after?.body ?? []).some(({ text }) => call.test(text))
}

/** Where one calls the other, a task runs both old or both new, and nothing outlives the call. */
export function areInOneCall(a: FunctionChange, b: FunctionChange): boolean {
  return calls(a, b) || calls(b, a)
}

/** Functions that the fix brings, by name. */
export function newFunctions(functions: readonly FunctionChange[]): ReadonlyMap<string, FunctionChange> {
  return new Map(functions.filter(({ before }) => before === undefined).map((one) => [one.name, one]))
}

/** New functions that a function comes to by calls. */
export function calledFrom(from: FunctionChange, brought: ReadonlyMap<string, FunctionChange>): FunctionChange[] {
  const found = new Set([from])
  for (const code of found) {
    for (const [, name = ''] of bodyOf(code).matchAll(ANY_CALL)) {
      const called = brought.get(name)
      if (called !== undefined) found.add(called)
    }
  }
  return [...found].slice(1)
}

/**
 * Whether calls lead to a function from these alone, by its file's text: what they have made or set up before the call is there. Who has its address may
 * call it, too.
 */
export function isCalledOnlyBy({ name, file }: FunctionChange, callers: readonly FunctionChange[]): boolean {
  const allowed = new Set(callers.flatMap((caller) => (caller.file === file ? [caller.name] : [])))
  const seen = new Set([name])
  for (const called of seen) {
    if (new RegExp(`\\b${called}\\b(?!\\s*\\()`).test(file.after.text)) return false
    const call = callOf(called)
    const found = file.after.functions.filter((one) => one.name !== called && one.body.some(({ text }) => call.test(text)))
    if (found.length === 0) return false
    for (const one of found) if (!allowed.has(one.name)) seen.add(one.name)
  }
  return true
}

function callOf(name: string): RegExp {
  return new RegExp(`${ownName(name)}\\s*\\(`)
}

const ANY_CALL = new RegExp(`${ownName('(\\w+)')}\\s*\\(`, 'g')
