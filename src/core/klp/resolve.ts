import type { Item, Link, Refusal, UnitDiff } from '../diff/mod.ts'
import type { SymbolVersion } from '../kernel/mod.ts'
import type { RunPreMatch, RunningObject } from '../runpre/mod.ts'
import { VMLINUX } from './symbol.ts'

/** How the module's code names something that it does not bring along. */
export type SymbolRef =
  /** An ordinary import, versioned by its CRC. */
  | { readonly kind: 'exported'; readonly name: string }
  /** Looked up by the livepatch core in an object, unexported symbols too. */
  | { readonly kind: 'klp'; readonly object: string; readonly name: string; readonly sympos: number }
  /** A new global that a unit of the same patch brings for this object. */
  | { readonly kind: 'patch'; readonly object: string; readonly name: string }
  /** A weak symbol that nothing defines: null. */
  | { readonly kind: 'none'; readonly name: string }

export interface LivepatchFunction {
  readonly name: string
  readonly sympos: number
  readonly oldSize: number
  readonly newSize: number
  readonly unit: string
}

/** One object of the running system (vmlinux or a module) with the functions that the patch replaces in it. */
export interface LivepatchObject {
  readonly name: string
  readonly functions: readonly LivepatchFunction[]
}

export interface UnitToResolve {
  readonly diff: UnitDiff
  readonly running: RunningObject
  readonly match: RunPreMatch
}

export interface ResolvedUnit {
  readonly diff: UnitDiff
  readonly object: string
  readonly functions: readonly LivepatchFunction[]
  /** The reference for a link that leads outside the patch. */
  readonly refOf: (link: Exclude<Link, { kind: 'carried' }>) => SymbolRef
}

export interface Resolution {
  readonly units: readonly ResolvedUnit[]
  readonly refusals: readonly Refusal[]
}

/** What lies around the objects that are patched. */
export interface Surroundings {
  /** The kernel image, for modules whose patched code uses a symbol of it that was not exported before. */
  readonly vmlinux?: RunningObject | undefined
  /** Whether a module cannot be loaded without another one; unknown dependencies count as there when this is not given. */
  readonly needs?: (module: string, other: string) => boolean
}

/** Gives every name that the patch uses its place in the running system. `exports` are the kernel's and its modules' (Module.symvers). */
export function resolveUnits(
  units: readonly UnitToResolve[],
  exports: readonly SymbolVersion[],
  { vmlinux, needs = () => true }: Surroundings = {},
): Resolution {
  const refusals = new Map<string, Refusal>()
  const brought = Map.groupBy(
    units.flatMap(({ diff, running }) => diff.newGlobals.map(({ name }) => ({ name, object: running.name }))),
    ({ name }) => name,
  )
  const madeGlobal = Map.groupBy(
    units.flatMap(({ diff, running, match }) => diff.madeGlobal.map((item) => ({ item, running, address: match.addresses.get(item) }))),
    ({ item }) => item.name,
  )
  const byName = new Map(exports.map((version) => [version.name, version]))
  const resolved = units.map((unit): ResolvedUnit => {
    const refuse = (refusal: Omit<Refusal, 'unit'>) =>
      refusals.set(`${unit.diff.unit} ${refusal.code} ${refusal.subject}`, { ...refusal, unit: unit.diff.unit })
    const context: Context = { ...unit, brought, madeGlobal, vmlinux, needs, exports: byName, refuse }
    const refs = new Map<string, SymbolRef>()
    for (const { link } of allLinks(unit.diff)) if (link.kind !== 'carried') refs.set(keyOf(link), resolveLink(context, link))
    refuseLateKeys(context, refs)
    refuseUnsteady(context, refs)
    refuseTwins(context)
    return {
      diff: unit.diff,
      object: unit.running.name,
      functions: unit.diff.replaced.flatMap((change) => resolveFunction(context, change)),
      refOf: (link) => refs.get(keyOf(link)) ?? { kind: 'none', name: nameOf(link) },
    }
  })
  return { units: resolved, refusals: [...refusals.values()] }
}

interface Context extends UnitToResolve {
  /** Objects for which the patch brings a new global, by its name. */
  readonly brought: ReadonlyMap<string, readonly { readonly object: string }[]>
  /** What the running kernel has as static and the patched source has as global, by its name. */
  readonly madeGlobal: ReadonlyMap<string, readonly MadeGlobal[]>
  readonly vmlinux: RunningObject | undefined
  readonly needs: (module: string, other: string) => boolean
  readonly exports: ReadonlyMap<string, SymbolVersion>
  readonly refuse: (refusal: Omit<Refusal, 'unit'>) => void
}

interface MadeGlobal {
  readonly item: Item
  readonly running: RunningObject
  readonly address: bigint | undefined
}

type OutsideLink = Exclude<Link, { kind: 'carried' }>

function allLinks(diff: UnitDiff) {
  return [...[...diff.inclusion.links.values()].flat(), ...diff.inclusion.entries.flatMap((entry) => entry.links)]
}

function nameOf(link: OutsideLink): string {
  return link.kind === 'original' ? link.item.name : link.name
}

function keyOf(link: OutsideLink): string {
  return link.kind === 'original' ? `item ${link.item.section.index} ${link.item.start} ${link.item.name}` : `symbol ${link.name}`
}

/** A function to replace must be found, agree with the shipped code, and be told apart from its namesakes. */
function resolveFunction(context: Context, change: UnitDiff['replaced'][number]): LivepatchFunction[] {
  const { match, running, diff } = context
  const { original, patched } = change
  const mismatch = match.mismatches.get(original)
  if (mismatch !== undefined) {
    context.refuse({ code: 'run-pre-mismatch', subject: original.name, reason: mismatch.reason })
    return []
  }
  const address = match.addresses.get(original)
  const place = address === undefined ? undefined : symbolAt(running, original, address)
  if (place === undefined) {
    context.refuse({
      code: 'symbol-ambiguous',
      subject: original.name,
      reason: `${running.candidates(original.name).length} functions of ${running.name} have this name and the same code`,
    })
    return []
  }
  return [{ ...place, oldSize: original.size, newSize: patched.size, unit: diff.unit }]
}

/** A position that changes while the module loads cannot be written into the patch. */
function refuseUnsteady(context: Context, refs: ReadonlyMap<string, SymbolRef>): void {
  const { running, diff } = context
  const looked = [...refs.values()].flatMap((ref) => (ref.kind === 'klp' && ref.object === running.name ? [ref.name] : []))
  for (const name of new Set([...diff.replaced.map(({ original }) => original.name), ...looked])) {
    if (running.isCountSteady(name)) continue
    context.refuse({
      code: 'symbol-ambiguous',
      subject: name,
      reason: `${running.name} has a namesake in its init code, which is counted only while the module loads`,
    })
  }
}

/** The name and position under which the kernel knows an address; 0 when the name is unique. */
function symbolAt(running: RunningObject, item: Item, address: bigint): { name: string; sympos: number } | undefined {
  for (const name of [item.name, ...item.aliases]) {
    const candidates = running.candidates(name)
    const found = candidates.find((candidate) => candidate.address === address)
    if (found !== undefined) return { name, sympos: candidates.length === 1 ? 0 : found.rank }
  }
  return undefined
}

function resolveLink(context: Context, link: OutsideLink): SymbolRef {
  return link.kind === 'original' ? resolveOriginal(context, link.item) : resolveSymbol(context, link.name, link.isWeak)
}

function resolveOriginal(context: Context, item: Item): SymbolRef {
  const { running, match, exports } = context
  const names = [item.name, ...item.aliases]
  const exported = item.bind === 'local' ? undefined : names.find((name) => exports.get(name)?.owner === VMLINUX)
  if (exported !== undefined && running.name === VMLINUX) return { kind: 'exported', name: exported }
  const address = match.addresses.get(item)
  if (address !== undefined) {
    const place = symbolAt(running, item, address)
    if (place !== undefined) return { kind: 'klp', object: running.name, ...place }
    if (running.candidates(item.name).length > 0) return refuseElsewhere(context, item.name, address)
  }
  return resolveByName(context, item.name, item.bind !== 'local')
}

function resolveSymbol(context: Context, name: string, isWeak: boolean): SymbolRef {
  const { running, exports } = context
  const fromPatch = resolveInPatch(context, name)
  if (fromPatch !== undefined) return fromPatch
  const version = exports.get(name)
  // A module's own global goes before an export of the same name, as its linker saw it first.
  if (version?.owner === VMLINUX && (running.name === VMLINUX || !hasGlobal(running, name))) return { kind: 'exported', name }
  const known = context.match.symbols.get(name)
  const candidates = running.candidates(name)
  const found = known === undefined ? undefined : candidates.find((candidate) => candidate.address === known)
  if (found !== undefined) return { kind: 'klp', object: running.name, name, sympos: candidates.length === 1 ? 0 : found.rank }
  if (known !== undefined && candidates.length > 0) return refuseElsewhere(context, name, known)
  if (candidates.length > 0) return resolveByName(context, name, true)
  // Another module's export: looked up there, so that this patch does not depend on that module being loaded.
  if (version !== undefined) return refuseUnneeded(context, name, { kind: 'klp', object: moduleOf(version), name, sympos: 0 })
  if (isWeak) return { kind: 'none', name }
  // A module may use what the patch exports newly; as the kernel image is there first, the livepatch core finds it like the image's own code does.
  const { vmlinux } = context
  if (vmlinux !== undefined && hasGlobal(vmlinux, name)) return resolveByName({ ...context, running: vmlinux }, name, true)
  return resolveByName(context, name, true)
}

function hasGlobal(running: RunningObject, name: string): boolean {
  return running.candidates(name).some((candidate) => candidate.isGlobal)
}

/** What a unit of the same patch brings as a new global, or makes global that was static: this object's own first, then the kernel image's. */
function resolveInPatch(context: Context, name: string): SymbolRef | undefined {
  const { running } = context
  const places = [
    ...(context.brought.get(name) ?? []).map(({ object }) => ({ object, made: undefined })),
    ...(context.madeGlobal.get(name) ?? []).map((made) => ({ object: made.running.name, made })),
  ]
  const nearest =
    places.find(({ object }) => object === running.name) ??
    (hasGlobal(running, name) ? undefined : (places.find(({ object }) => object === VMLINUX) ?? places[0]))
  if (nearest === undefined) return undefined
  const { object, made } = nearest
  if (made === undefined) return refuseUnneeded(context, name, { kind: 'patch', object, name })
  const place = made.address === undefined ? undefined : symbolAt(made.running, made.item, made.address)
  const there = { ...context, running: made.running }
  return refuseUnneeded(context, name, place === undefined ? resolveByName(there, name, false) : { kind: 'klp', object, ...place })
}

/** What lies in a module that need not be there when this object is cannot be reached. */
function refuseUnneeded(context: Context, name: string, ref: Extract<SymbolRef, { object: string }>): SymbolRef {
  const { running, needs, refuse } = context
  const { object } = ref
  if (object === VMLINUX || object === running.name || (running.name !== VMLINUX && needs(running.name, object))) return ref
  const reason = `code of ${running.name} refers to it, it lies in the module ${object}, and ${running.name} can run without that module`
  refuse({ code: 'module-not-needed', subject: name, reason })
  return ref
}

/** Matched code tells that what is meant lies where no symbol of this name does: the namesakes are something else. */
function refuseElsewhere({ running, refuse }: Context, name: string, address: bigint): SymbolRef {
  const reason = `the matched code refers to 0x${address.toString(16)}, where ${running.name} has no symbol of this name`
  refuse({ code: 'symbol-not-found', subject: name, reason })
  return { kind: 'klp', object: running.name, name, sympos: 0 }
}

/** Without evidence from matched code, only a name that leaves no doubt will do. */
function resolveByName(context: Context, name: string, isGlobal: boolean): Extract<SymbolRef, { kind: 'klp' }> {
  const { running } = context
  const candidates = running.candidates(name)
  const fits = candidates.length === 1 ? candidates : candidates.filter((candidate) => candidate.isGlobal === isGlobal)
  const [only] = fits
  if (candidates.length === 0) {
    context.refuse({
      code: 'symbol-not-found',
      subject: name,
      reason: `the patched code refers to it, and ${running.name} has no such symbol`,
    })
  } else if (fits.length !== 1) {
    context.refuse({
      code: 'symbol-ambiguous',
      subject: name,
      reason: `${running.name} has ${candidates.length} symbols of this name and no matched code refers to the one that is meant`,
    })
  }
  if (only?.isInit === true)
    context.refuse({
      code: 'init-reference',
      subject: name,
      reason: `the patched code refers to it, and ${running.name} frees it once it has started`,
    })
  return { kind: 'klp', object: running.name, name, sympos: candidates.length <= 1 ? 0 : (only?.rank ?? 0) }
}

/** A new global that the running kernel has too (moved here from another unit): code that is not replaced would go on using the old one. */
function refuseTwins(context: Context): void {
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

/**
 * The loader reads jump labels, static calls and alternatives while the patch module loads; a reference into another module is resolved only
 * after that.
 */
function refuseLateKeys(context: Context, refs: ReadonlyMap<string, SymbolRef>): void {
  const { entries, links } = context.diff.inclusion
  const early = [
    ...entries.map(({ entry, links: own }) => ({ owner: entry.owner, table: entry.table.section, links: own })),
    ...[...links]
      .filter(([item]) => item.kind === 'fragment')
      .map(([item, own]) => ({ owner: item, table: item.section.name, links: own })),
  ]
  for (const { owner, table, links: own } of early) {
    for (const { link } of own) {
      const ref = link.kind === 'carried' ? undefined : refs.get(keyOf(link))
      if (ref?.kind !== 'klp' || ref.object === VMLINUX) continue
      context.refuse({
        code: 'key-in-module',
        subject: owner?.name ?? table,
        reason: `its entry in ${table} refers to ${ref.name}, which lives in the module ${ref.object}`,
      })
    }
  }
}

function moduleOf(version: SymbolVersion): string {
  return version.owner.slice(version.owner.lastIndexOf('/') + 1).replaceAll('-', '_')
}
