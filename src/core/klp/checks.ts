import { type Item, type LinkedReference, type Note, type Refusal, type UnitDiff, isTrampoline } from '../diff/mod.ts'
import type { RunningObject } from '../runpre/mod.ts'
import { type Context, type OutsideLink, type SymbolRef, isInitOnly, isPrepared, keyOf, nameOf } from './context.ts'

/** Whether another unit's definition stands for this weak one: then the kernel does not have this code, nor the change to it any effect. */
export function isOverridden(running: RunningObject, item: Item): boolean {
  const candidates = running.candidates(item.name)
  return item.bind === 'weak' && candidates.length > 0 && candidates.every((candidate) => !candidate.isWeak)
}

export function noteOverridden({ running, diff }: Context, item: Item): Note {
  const text = `weak, and ${running.name} has another unit's definition in its place, to which this change does nothing: left out`
  return { unit: diff.unit, subject: item.name, text }
}

/** What gave way to another unit's definition and shall not any more: no code of the kernel comes to it, and that of the patch would. */
export function refuseMadeStrong({ unit, madeStrong }: Pick<UnitDiff, 'unit' | 'madeStrong'>, running: RunningObject): Refusal[] {
  const reason = `the patch drops its __weak, and ${running.name} has another unit's definition in its place, which unchanged code goes on using`
  const advice = 'leave it weak, and make the change in the definition that the running kernel has; or give this one another name'
  return madeStrong
    .filter((item) => isOverridden(running, item))
    .map(({ name }) => ({ code: 'already-there', unit, subject: name, reason, advice }))
}

/** Functions that other units can call, and that the patch takes away. */
export function goneGlobals({ removed }: Pick<UnitDiff, 'removed'>): string[] {
  return removed.filter(({ bind, isInit }) => bind === 'global' && !isInit).map(({ name }) => name)
}

/**
 * What the patch takes away so that a weak definition of another unit, which is not in the kernel, stands for it; where that is weak no more,
 * `refuseMadeStrong` says so. `defaults`: the sources of weak ones.
 */
export function refuseUncovered(
  diffs: readonly Pick<UnitDiff, 'unit' | 'removed' | 'madeStrong'>[],
  defaults: ReadonlyMap<string, string>,
): Refusal[] {
  const strong = new Set(diffs.flatMap(({ madeStrong }) => madeStrong.map(({ name }) => name)))
  return diffs.flatMap((diff) =>
    goneGlobals(diff).flatMap((subject): Refusal[] => {
      const source = defaults.get(subject)
      if (source === undefined || strong.has(subject)) return []
      const reason = `the patch removes it for the weak definition of ${source}, which the running kernel does not have; unchanged code goes on using this one`
      return [{ code: 'already-there', unit: diff.unit, subject, reason, advice: `keep it, and make it do what that of ${source} does` }]
    }),
  )
}

/** What is freed once the kernel has started must not be referred to, but where the original function does already (`__ref` in the source). */
export function refuseInit({ running, diff, refuse }: Context, refs: ReadonlyMap<string, SymbolRef>): void {
  const before = new Map(
    diff.replaced.map(({ original, patched }) => [patched, outsideNames(diff.original.references.get(original) ?? [])]),
  )
  for (const [from, linked] of diff.inclusion.links) {
    for (const { link } of linked) {
      const ref = link.kind === 'carried' ? undefined : refs.get(keyOf(link))
      if (ref?.kind !== 'klp' || ref.object !== running.name || before.get(from)?.has(ref.name) === true) continue
      const candidates = running.candidates(ref.name)
      const meant = candidates.length === 1 ? candidates[0] : candidates.find((candidate) => candidate.rank === ref.sympos)
      if (meant?.isInit !== true) continue
      const reason = `${from.name} refers to it, and ${running.name} frees it once it has started`
      refuse({ code: 'init-reference', subject: ref.name, reason })
    }
  }
}

/** What changed init code of one unit sets up for others. */
export type InitUnit = Pick<UnitDiff, 'unit' | 'initNames' | 'initWrites'>

/** New data that only the changed init code of another unit sets up, and no pre-patch callback: refused where it is defined, as all that uses it falls with it. */
export function refuseInitState(
  { unit: initUnit, initNames }: InitUnit,
  around: Pick<Context, 'brought' | 'prepared' | 'needs'>,
): Refusal[] {
  const reason = `the patch brings it, and only init code of ${initUnit}, which has run already, sets it up`
  return [...initNames].flatMap((subject) =>
    (around.brought.get(subject) ?? []).flatMap(({ kind, unit, object }): Refusal[] =>
      kind === 'data' && !isPrepared(around, subject, object) ? [{ code: 'init-state', unit, subject, reason }] : [],
    ),
  )
}

/** Data that the kernel has, that changed init code of another unit newly writes, and that this unit's code newly uses: as it is, the fix reads what it was before. */
export function refuseNewReliance(context: Context, inits: readonly InitUnit[]): void {
  const { diff, brought, running } = context
  const writers = inits.filter(({ unit, initWrites }) => unit !== diff.unit && initWrites.size > 0)
  if (writers.length === 0) return
  const known = outsideNames([...diff.original.references.values()].flat())
  for (const [from, links] of diff.inclusion.links) {
    for (const { reference, link } of links) {
      if (link.kind === 'carried' || reference.isBranch) continue
      const name = nameOf(link)
      const writer =
        known.has(name) || isPrepared(context, name, running.name) || brought.has(name)
          ? undefined
          : writers.find(({ initWrites }) => initWrites.has(name))
      if (writer === undefined) continue
      const reason = `it newly uses ${name}, which changed init code of ${writer.unit} would set up and has run already`
      context.refuse({ code: 'init-state', subject: from.name, reason })
    }
  }
}

function outsideNames(references: readonly Pick<LinkedReference['reference'], 'target'>[]): Set<string> {
  return new Set(
    references.flatMap(({ target }) => (target.kind === 'symbol' ? [target.name] : [target.item.name, ...target.item.aliases])),
  )
}

/** A position that changes while the module loads cannot be written into the patch. */
export function refuseUnsteady(context: Context, refs: ReadonlyMap<string, SymbolRef>): void {
  const { running, diff } = context
  const looked = [...refs.values()].flatMap((ref) => (ref.kind === 'klp' && ref.object === running.name ? [ref.name] : []))
  for (const name of new Set([...diff.replaced.map(({ original }) => original.name), ...looked])) {
    if (running.isCountSteady(name) || isInitOnly(running, name)) continue
    context.refuse({
      code: 'symbol-ambiguous',
      subject: name,
      reason: `${running.name} has a namesake in its init code, which is counted only while the module loads`,
    })
  }
}

/** A new global that the running kernel has too (moved here from another unit): code that is not replaced would go on using the old one. */
export function refuseTwins(context: Context): void {
  const { running, exports, diff } = context
  for (const { name, kind } of diff.newGlobals) {
    const isThere = running.candidates(name).some((candidate) => candidate.isGlobal)
    if (!isThere && !exports.has(name)) continue
    context.refuse({
      code: 'already-there',
      subject: name,
      reason: `the patch brings it as a new ${kind}, and the running kernel has one of this name that unchanged code goes on using`,
    })
  }
}

/** A new weak definition gives way to another unit's, which the patch's own would not do: its unit goes by its own. */
export function refuseNewWeak(context: Context): void {
  const { running, exports, brought, diff } = context
  for (const { name, kind } of diff.newWeak) {
    const isThere = running.candidates(name).some(({ isGlobal, isWeak }) => isGlobal && !isWeak) || exports.has(name)
    if (!isThere && !brought.has(name)) continue
    context.refuse({
      code: 'already-there',
      subject: name,
      reason: `the patch brings it as a new weak ${kind}, and ${isThere ? 'the running kernel' : 'another file of the patch'} has the one that stands for it`,
    })
  }
}

/** An address that the patch takes and the kernel never took: where indirect calls need a landing pad, the kernel may have made none, or cleared it. */
export function refusePointers(context: Context, refs: ReadonlyMap<string, SymbolRef>): void {
  const { diff } = context
  for (const [from, links] of diff.inclusion.links) {
    for (const { reference, link } of links) {
      if (reference.isBranch || link.kind === 'carried' || link.offset !== 0) continue
      if (isTrampoline(nameOf(link))) continue // taken to be rewritten (static_call_update), and only ever called directly
      const place = placeOf(context, refs.get(keyOf(link)))
      if (place === undefined || place.running.isCallableByPointer(place.address) || isTakenBefore(diff, link)) continue
      const reason = `${from.name} takes its address, which nothing in ${place.running.name} does: with indirect branch tracking, a call by that pointer is stopped`
      context.refuse({ code: 'no-landing-pad', subject: nameOf(link), reason })
    }
  }
}

function placeOf({ running: own, vmlinux }: Context, ref: SymbolRef | undefined) {
  const running = ref?.kind !== 'klp' ? undefined : [own, vmlinux].find((object) => object?.name === ref.object)
  if (ref?.kind !== 'klp' || running === undefined) return undefined
  const candidates = running.candidates(ref.name)
  const found = ref.sympos === 0 ? candidates[0] : candidates.find(({ rank }) => rank === ref.sympos)
  return found === undefined ? undefined : { running, address: found.address }
}

function isTakenBefore({ original }: UnitDiff, link: OutsideLink): boolean {
  return [...original.references.values()].flat().some(({ isBranch, target }) => {
    if (isBranch || target.offset !== 0) return false
    return link.kind === 'original'
      ? target.kind === 'item' && target.item === link.item
      : target.kind === 'symbol' && target.name === link.name
  })
}
