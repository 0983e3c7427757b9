import type { Inclusion, Item, LinkedReference, RefusalCode, UnitDiff } from '../diff/mod.ts'
import type { Candidate, RunningObject } from '../runpre/mod.ts'
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
 * key is in a module, or holds the address of something there, the site is left as it is.
 */
export function withoutLateCalls(diff: UnitDiff, refs: Refs): UnitDiff {
  const entries = diff.inclusion.entries.filter(
    ({ entry, links }) => entry.table.section !== STATIC_CALLS || !links.some((linked) => isLateCall(diff, refs, linked)),
  )
  return { ...diff, inclusion: { ...diff.inclusion, entries } }
}

/** While the patch module loads, the kernel writes what a key holds into the code, and nothing for an address that is not resolved yet. */
function isLateCall({ inclusion }: UnitDiff, refs: Refs, linked: LinkedReference): boolean {
  const { link } = linked
  if (link.kind === 'carried')
    return link.item.kind === 'data' && (inclusion.links.get(link.item) ?? []).some((own) => lateRef(refs, own) !== undefined)
  const ref = refs.get(keyOf(link))
  return lateRef(refs, linked) !== undefined || (ref?.kind === 'patch' && ref.object !== VMLINUX)
}

/** Why a branch cannot be entered at its static key while the patch module loads. */
interface KeyObstacle {
  readonly code: Extract<RefusalCode, 'key-in-module' | 'key-read-only'>
  /** Where the key lies. */
  readonly place: string
}

/** A static key that code of the patch must read, by the names that it has in the patched object, and where it lies. */
export interface LateKey {
  readonly names: readonly string[]
  readonly place: string
}

/** The keys that jump labels of the patch depend on and that the loader cannot reach, or not write. Such code must read its key. */
export function refuseLateKeys(context: Context, refs: Refs): LateKey[] {
  const { diff, refuse } = context
  return diff.inclusion.entries.flatMap(({ entry, links }) => {
    if (entry.table.section !== JUMP_LABELS) return []
    return links.flatMap((linked): LateKey[] => {
      const { link, reference } = linked
      const ref = link.kind === 'carried' ? undefined : refs.get(keyOf(link))
      const obstacle = ref === undefined ? undefined : findObstacle(context, linked, refs, ref)
      if (ref === undefined || obstacle === undefined) return []
      const { code, place } = obstacle
      const reason = `a branch depends on the static key ${ref.name} ${place}, and its code could not be made to read the key`
      refuse({ code, subject: entry.owner?.name ?? ref.name, reason })
      const { target } = reference
      return [{ names: target.kind === 'symbol' ? [target.name] : [target.item.name, ...target.item.aliases], place }]
    })
  })
}

function findObstacle(context: Context, linked: LinkedReference, refs: Refs, ref: SymbolRef): KeyObstacle | undefined {
  const late = lateRef(refs, linked)
  if (late !== undefined) return { code: 'key-in-module', place: `of the module ${late.object}` }
  return isHeldReadOnly(context, ref) ? { code: 'key-read-only', place: 'that the running kernel holds read-only' } : undefined
}

/**
 * In a static key the kernel notes each module that branches on it (kernel/jump_label.c, jump_label_add_module): a write that faults where the key is
 * `__ro_after_init`. Kernels since 6.10 mark such keys at boot (jump_label_init_ro), and then write nothing.
 */
function isHeldReadOnly({ running, vmlinux }: Context, ref: SymbolRef): boolean {
  const image = running.name === VMLINUX ? running : vmlinux
  return image !== undefined && image.candidates(SEALING).length === 0 && placeIn(image, ref)?.isReadOnly === true
}

const SEALING = 'jump_label_init_ro'

function placeIn(image: RunningObject, ref: SymbolRef): Candidate | undefined {
  const candidates = image.candidates(ref.name)
  if (ref.kind === 'exported') return candidates.find(({ isGlobal }) => isGlobal)
  if (ref.kind !== 'klp' || ref.object !== image.name) return undefined
  return ref.sympos === 0 ? candidates[0] : candidates.find(({ rank }) => rank === ref.sympos)
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
