import { isInitHead } from './c-text.ts'
import { calledFrom, newFunctions } from './calls.ts'
import { type FunctionChange, lineAt } from './change.ts'
import { type Sight, see } from './finding.ts'

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
  const brought = newFunctions(functions)
  return functions.filter(isKept).flatMap((from) => [from, ...calledFrom(from, brought)].map((code) => ({ from, code })))
}

/** What the code of a function that was there, or that it comes to, expects of what exists: told of that function, at the place in the code. */
export function seeLedTo({ from, code }: LedTo, what: string, index: number): Sight {
  const by = code === from ? '' : `by ${code.name}, which it calls, `
  return { ...see(from, 'stop', `${by}${what}`, lineAt(code, index)), file: code.file.path, subjectFile: from.file.path }
}
