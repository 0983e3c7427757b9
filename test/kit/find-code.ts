import { readFileSync } from 'node:fs'
import { diffTexts } from './unit-pair.ts'

/** A function definition in a kernel source file, as the kernel writes them: head in the first column, braces alone on their lines. */
export interface FoundFunction {
  readonly name: string
  /** The text before its body. */
  readonly head: string
  /** Where the body's first line starts in the file. */
  readonly bodyAt: number
  readonly lineCount: number
}

/** The functions of a file, longest first: what is long is not inlined. */
export function functionsOf(text: string): FoundFunction[] {
  const found = [...text.matchAll(/^((?:[a-z_][\w *\n]*\s\*?)([a-z_]\w*)\([^;{}()]*\))\n\{\n([\s\S]*?)^\}\n/gm)].map(
    ({ 1: head = '', 2: name = '', 3: body = '', index }) => ({
      name,
      head,
      bodyAt: index + head.length + 3,
      lineCount: body.split('\n').length,
    }),
  )
  return found.toSorted((a, b) => b.lineCount - a.lineCount)
}

/** The longest function of a file that fits. Throws when none does: the kernel has moved on, and the test must look elsewhere. */
export function findFunction(tree: string, path: string, fits: (func: FoundFunction) => boolean = isOrdinary): FoundFunction {
  const found = functionsOf(readFileSync(`${tree}/${path}`, 'utf8')).find(fits)
  if (found === undefined) throw new Error(`${path} of this kernel has no function that the test can change`)
  return found
}

/** Neither init code nor hidden from tracing, nor inlined. */
export function isOrdinary({ head }: FoundFunction): boolean {
  return !/\b(__init|__exit|notrace|noinstr|inline|__always_inline|__cpuidle|__sched)\b/.test(head)
}

/** A patch that changes what a function does, by a statement before its first. */
export function patchFunction(
  tree: string,
  path: string,
  { func, statement = 'asm volatile("nop");' }: { readonly func: FoundFunction; readonly statement?: string },
): string {
  return patchText(tree, path, (text) => `${text.slice(0, func.bodyAt)}\t${statement}\n${text.slice(func.bodyAt)}`)
}

/** A patch that changes a file's text. */
export function patchText(tree: string, path: string, change: (text: string) => string): string {
  const text = readFileSync(`${tree}/${path}`, 'utf8')
  return diffTexts(text, change(text), path)
}
