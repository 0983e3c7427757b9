import type { ElfFile } from '../elf/mod.ts'
import { heldFunctions } from './held-functions.ts'
import { type FunctionUse, type StackRule, checkFunction } from './stack-only.ts'
import { namedApart } from './preprocessed.ts'
import { checkLeftOut } from './stack-text.ts'
import { splitDump } from './tree-dump.ts'

/** A unit as the compiler's front end took it. */
export interface UnitDumps {
  /** `-fdump-tree-original-raw` and `-fdump-tree-original` of it. */
  readonly raw: string
  readonly printed: string
  /** What was compiled: the dumps have no text outside functions. */
  readonly preprocessed: string
  readonly object: ElfFile
}

/**
 * Of a struct that `whyNotPrivate` has nothing against: why it is not shown that all its objects live in stack frames of this unit's functions, where nothing but these functions reaches them, each
 * in the task that it belongs to. Undefined when it is shown. docs/decisions/0013-types-on-the-stack.md
 */
export function whyNotStackOnly(unit: UnitDumps, rule: StackRule): string | undefined {
  const functions = splitDump(unit.raw)
  const printed = splitDump(unit.printed)
  if (functions.length === 0 || functions.length !== printed.length) return 'the compiler’s dump is not understood'
  const mention = new RegExp(`\\b${rule.tag}\\b`)
  const takers = new Set<string>()
  const uses: { readonly name: string; readonly text: string; readonly use: FunctionUse }[] = []
  for (const [index, { name, text }] of functions.entries()) {
    const other = printed[index]
    if (other?.name !== name) return 'the compiler’s dump is not understood'
    if (!mention.test(text) && !mention.test(other.text)) continue
    const use = checkFunction(text, rule)
    if (use.reason !== undefined) return `${name}: it ${use.reason}`
    uses.push({ name, text: other.text, use })
    for (const taker of use.takers) takers.add(taker)
  }
  for (const { name, text, use } of uses) {
    const reason = checkLeftOut(text, rule.tag, { ...use, allTakers: takers })
    if (reason !== undefined) return `${name}: it ${reason}`
  }
  if (!uses.some(({ use }) => use.makes)) return 'no function has one of its own'
  const held = heldFunctions(unit.object)
  const kept = [...takers].find((name) => held.has(name))
  if (kept !== undefined) return `data holds the address of ${kept}, which takes it`
  const apart = namedApart(unit.preprocessed, takers)
  return apart === undefined ? undefined : `${apart}, which takes it, is named in assembly, or has an alias that may take something else`
}
