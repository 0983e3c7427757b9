import { textOf } from './c-text.ts'
import type { FunctionChange } from './change.ts'
import { isInitHead } from './init-only.ts'

/** A function that was there before and, where the code in question is not its own, the new function that it comes to by calls. */
export interface LedTo {
  readonly from: FunctionChange
  readonly code: FunctionChange
}

/** A function that was there before, is replaced, and may meet what the old code left. */
export function isKept({ before, after }: FunctionChange): boolean {
  return before !== undefined && after !== undefined && !isInitHead(after.head)
}

/**
 * The code that functions which were there before run, as the fix leaves it: their own, and that of new functions that they call, through others. What
 * only gets its address handed out is called by new code's doing.
 */
export function ledTo(functions: readonly FunctionChange[]): LedTo[] {
  const brought = new Map(
    functions.filter(({ before, after }) => before === undefined && after !== undefined).map((one) => [one.name, one]),
  )
  return functions.filter(isKept).flatMap((from) => [from, ...calledFrom(from, brought)].map((code) => ({ from, code })))
}

/** New functions that a function comes to by calls. */
export function calledFrom(from: FunctionChange, brought: ReadonlyMap<string, FunctionChange>): FunctionChange[] {
  const found = new Set([from])
  for (const code of found) {
    for (const [, name = ''] of bodyOf(code).matchAll(/(?<![\w>.])(\w+)\s*\(/g)) {
      const called = brought.get(name)
      if (called !== undefined) found.add(called)
    }
  }
  return [...found].slice(1)
}

export function bodyOf({ after }: FunctionChange): string {
  return textOf(after?.body ?? [])
}

/** The line that a place in the text of a body lies in. */
export function lineAt(code: FunctionChange, index: number): number {
  return (code.after?.body[0]?.at ?? 0) + bodyOf(code).slice(0, index).split('\n').length - 1
}

/**
 * Whether calls lead to a function from these alone, by its file's text: what they have made or set up before the call is there. Who has its address may
 * call it, too.
 */
export function isCalledOnlyBy({ name, file }: FunctionChange, callers: readonly FunctionChange[]): boolean {
  const allowed = new Set(callers.flatMap((caller) => (caller.file === file ? [caller.name] : [])))
  const seen = new Set([name])
  for (const called of seen) {
    if (file.after.code.some((text) => new RegExp(`\\b${called}\\b(?!\\s*\\()`).test(text))) return false
    const call = new RegExp(`(?<![\\w>.])${called}\\s*\\(`)
    const found = file.after.functions.filter((one) => one.name !== called && one.body.some(({ text }) => call.test(text)))
    if (found.length === 0) return false
    for (const one of found) if (!allowed.has(one.name)) seen.add(one.name)
  }
  return true
}
