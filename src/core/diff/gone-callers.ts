import type { ElfFile } from '../elf/mod.ts'
import type { Btf } from '../kernel/mod.ts'
import { prototypeOf, typesOf } from '../types/mod.ts'
import type { Pair } from './compare.ts'
import type { Item } from './item.ts'
import { isClone } from './names.ts'
import type { Refusal } from './refusal.ts'

export interface GoneCallersRequest {
  readonly unit: string
  readonly original: ElfFile
  readonly patched: ElfFile
}

/**
 * Replaced functions that a removed function calls, where the new one may take its arguments in another way: the kernel waits until no task is in a
 * replaced function, and for a removed one it does not wait. A task that is inside goes on to call the new function as it called the old one.
 */
export function refuseGoneCallers(
  request: GoneCallersRequest,
  pair: Pair,
  replaced: readonly { readonly original: Item; readonly patched: Item }[],
  removed: readonly Item[],
): Refusal[] {
  const callers = callersAmong(removed, pair)
  const called = replaced.filter(({ original }) => callers.has(original))
  if (called.length === 0) return []
  const [before, after] = [typesOf(request.original), typesOf(request.patched)]
  return called.flatMap(({ original, patched }): Refusal[] => {
    const how = difference(original, patched, before, after)
    if (how === undefined) return []
    const names = [...(callers.get(original) ?? [])].join(', ')
    const reason = `${names}, which the patch removes, calls it; a task may still be in there, and ${how}`
    return [{ code: 'caller-removed', unit: request.unit, subject: original.name, reason }]
  })
}

/** What removed functions, with their cold parts, refer to. Init code has run. */
function callersAmong(removed: readonly Item[], { original }: Pair): Map<Item, Set<string>> {
  const callers = new Map<Item, Set<string>>()
  for (const [part, references] of original.references) {
    const caller = original.coldPartOf.get(part) ?? part
    if (caller.kind !== 'function' || caller.isInit || !removed.includes(caller)) continue
    for (const { target } of references)
      if (target.kind === 'item') callers.set(target.item, (callers.get(target.item) ?? new Set()).add(caller.name))
  }
  return callers
}

function difference(original: Item, patched: Item, before: Btf, after: Btf): string | undefined {
  // What the optimiser passes to a copy that it made for a few callers is its own affair.
  if (isClone(original.name) || isClone(patched.name)) return 'the compiler may pass arguments to this copy in another way now'
  const [old, now] = [prototypeOf(before, original.name), prototypeOf(after, patched.name)]
  if (old !== undefined && old === now) return undefined
  return `its parameters change from ${old ?? 'unknown'} to ${now ?? 'unknown'}`
}
