import type { Inclusion, Item, LinkedReference, UnitDiff } from '../diff/mod.ts'
import { type Context, type SymbolRef, keyOf } from './context.ts'
import { VMLINUX } from './symbol.ts'

/**
 * The loader reads jump labels, static calls and alternatives while the patch module loads; a reference into a module that is patched is resolved
 * only after that, when both are there.
 */
type Refs = ReadonlyMap<string, SymbolRef>

const JUMP_LABELS = '__jump_table'
const STATIC_CALLS = '.static_call_sites'
const ALTERNATIVES = '.altinstructions'

function lateRef(refs: Refs, { link }: LinkedReference): Extract<SymbolRef, { kind: 'klp' }> | undefined {
  const ref = link.kind === 'carried' ? undefined : refs.get(keyOf(link))
  return ref?.kind === 'klp' && ref.object !== VMLINUX ? ref : undefined
}

/**
 * The kernel keeps a static call's trampoline up to date whether or not its call sites are rewritten too, and the code calls the trampoline: where the
 * key is in a module, the site is left as it is.
 */
export function withoutLateCalls(diff: UnitDiff, refs: Refs): UnitDiff {
  const entries = diff.inclusion.entries.filter(
    ({ entry, links }) => entry.table.section !== STATIC_CALLS || links.every((linked) => lateRef(refs, linked) === undefined),
  )
  return { ...diff, inclusion: { ...diff.inclusion, entries } }
}

/** The keys in modules that jump labels of the patch depend on, by the names that they have in the patched object. Such code must read its key. */
export function refuseLateKeys({ diff, refuse }: Context, refs: Refs): string[] {
  return diff.inclusion.entries.flatMap(({ entry, links }) => {
    if (entry.table.section !== JUMP_LABELS) return []
    return links.flatMap((linked) => {
      const ref = lateRef(refs, linked)
      if (ref === undefined) return []
      const { target } = linked.reference
      const reason = `a branch depends on the static key ${ref.name} of the module ${ref.object}, and its code could not be made to read the key`
      refuse({ code: 'key-in-module', subject: entry.owner?.name ?? ref.name, reason })
      return target.kind === 'symbol' ? [target.name] : [target.item.name, ...target.item.aliases]
    })
  })
}

/** What else the loader has read, or written over, before such a reference is resolved. */
export function refuseLateReferences({ diff, refuse }: Context, refs: Refs): void {
  const { entries, links } = diff.inclusion
  const say = (subject: string, { name, object }: Extract<SymbolRef, { kind: 'klp' }>, where: string) => {
    const reason = `${where} refers to ${name} in the module ${object}, which is found only after the kernel has put the alternative in place`
    refuse({ code: 'late-reference', subject, reason })
  }
  for (const [item, own] of links) {
    const overwritten = rangesOf(item, entries)
    for (const linked of own) {
      const ref = lateRef(refs, linked)
      if (ref === undefined) continue
      if (item.kind === 'fragment') say(item.section.name, ref, 'alternative code')
      const { offset } = linked.reference
      if (overwritten.some(({ start, end }) => start <= offset && offset < end)) say(item.name, ref, 'an instruction with an alternative')
    }
  }
  for (const { entry, links: own } of entries) {
    if (entry.table.section === JUMP_LABELS) continue
    const ref = own.map((linked) => lateRef(refs, linked)).find((late) => late !== undefined)
    if (ref !== undefined) say(entry.owner?.name ?? entry.table.section, ref, `its entry in ${entry.table.section}`)
  }
}

/** Where a function's code has alternatives: struct alt_instr ends with the bytes of the code and of what may replace it. */
function rangesOf(item: Item, entries: Inclusion['entries']): { readonly start: number; readonly end: number }[] {
  return entries.flatMap(({ entry }) => {
    const place = entry.references[0]?.target
    if (entry.table.section !== ALTERNATIVES || place?.kind !== 'item' || place.item !== item) return []
    return [{ start: place.offset, end: place.offset + (entry.data.at(-2) ?? 0) }]
  })
}
