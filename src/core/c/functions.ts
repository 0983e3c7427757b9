import { readCFile, tokensOf } from './regions.ts'

/** A function as its source has it. */
export interface SourceFunction {
  /** `foo`, or the macro that makes it with what it is given first: `SYSCALL_DEFINE3(splice)`. */
  readonly name: string
  /** What the symbols of it may end in: the name itself, or the macro's first argument. */
  readonly stem: string
  /** First line of its head and last of its body, counted from 1. */
  readonly from: number
  readonly to: number
}

/** Functions of a C file by its text alone, in order. What is not clearly a function is left out. */
export function findFunctions(lines: readonly string[]): SourceFunction[] {
  const file = readCFile(lines.join('\n'))
  return file.regions.flatMap((region): SourceFunction[] => {
    // TRACE_EVENT and its like have braces within their parentheses; a function may have a semicolon behind it.
    if (region.kind !== 'function' || !tokensOf(file, region).slice(-2).includes('}')) return []
    const { name, macro, start: from, end: to } = region
    return [
      macro === undefined ? { name, stem: name, from, to } : { name: `${macro.name}(${macro.argument})`, stem: macro.argument, from, to },
    ]
  })
}
