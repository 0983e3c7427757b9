import type { Item, Link, Note, Refusal, UnitDiff } from '../diff/mod.ts'
import type { SymbolVersion } from '../kernel/mod.ts'
import type { RunningObject } from '../runpre/mod.ts'
import {
  isOverridden,
  noteOverridden,
  refuseInit,
  refuseInitState,
  refuseNewWeak,
  refusePointers,
  refuseTwins,
  refuseUnsteady,
} from './checks.ts'
import {
  type Context,
  type OutsideLink,
  type SymbolRef,
  type UnitToResolve,
  allLinks,
  hasGlobal,
  keyOf,
  nameOf,
  symbolAt,
} from './context.ts'
import { refuseLateKeys, refuseLateReferences, withoutLateCalls } from './late.ts'
import { VMLINUX } from './symbol.ts'

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
  readonly notes: readonly Note[]
  /** By unit, the keys in modules that jump labels depend on: resolvable when the unit is compiled to read them. */
  readonly lateKeys: ReadonlyMap<string, ReadonlySet<string>>
}

/** What lies around the objects that are patched. */
export interface Surroundings {
  /** The kernel image, for modules whose patched code uses a symbol of it that was not exported before. */
  readonly vmlinux?: RunningObject | undefined
  /** Whether a module cannot be loaded without another one; unknown dependencies count as there when this is not given. */
  readonly needs?: (module: string, other: string) => boolean
  /** All units of the patch, those too of which only init code differs; those to resolve when this is not given. */
  readonly touched?: readonly Pick<UnitDiff, 'unit' | 'initNames'>[]
}

/** Gives every name that the patch uses its place in the running system. `exports` are the kernel's and its modules' (Module.symvers). */
export function resolveUnits(
  units: readonly UnitToResolve[],
  exports: readonly SymbolVersion[],
  { vmlinux, needs = () => true, touched = units.map(({ diff }) => diff) }: Surroundings = {},
): Resolution {
  const refusals = new Map<string, Refusal>()
  const brought = Map.groupBy(
    units.flatMap(({ diff, running }) => diff.newGlobals.map(({ name, kind }) => ({ name, kind, unit: diff.unit, object: running.name }))),
    ({ name }) => name,
  )
  const madeGlobal = Map.groupBy(
    units.flatMap(({ diff, running, match }) => diff.madeGlobal.map((item) => ({ item, running, address: match.addresses.get(item) }))),
    ({ item }) => item.name,
  )
  const prepared = new Set(units.flatMap(({ diff }) => [...diff.preparedNames]))
  const notes: Note[] = []
  const lateKeys = new Map<string, Set<string>>()
  const byName = new Map(exports.map((version) => [version.name, version]))
  const resolved = units.map((compared): ResolvedUnit => {
    const name = compared.diff.unit
    const refuse = (refusal: Omit<Refusal, 'unit'>) =>
      refusals.set(`${name} ${refusal.code} ${refusal.subject}`, { ...refusal, unit: name })
    const base: Context = { ...compared, brought, madeGlobal, prepared, vmlinux, needs, exports: byName, refuse }
    const refs = new Map<string, SymbolRef>()
    for (const { link } of allLinks(compared.diff)) if (link.kind !== 'carried') refs.set(keyOf(link), resolveLink(base, link))
    const overridden = compared.diff.replaced.filter(({ original }) => isOverridden(compared.running, original))
    notes.push(...overridden.map(({ original }) => noteOverridden(base, original)))
    const replaced = compared.diff.replaced.filter((change) => !overridden.includes(change))
    const context: Context = { ...base, diff: withoutLateCalls({ ...compared.diff, replaced }, refs) }
    const keys = refuseLateKeys(context, refs)
    if (keys.length > 0) lateKeys.set(name, new Set([...(lateKeys.get(name) ?? []), ...keys]))
    refuseLateReferences(context, refs)
    refuseInit(context, refs)
    refuseUnsteady(context, refs)
    refuseTwins(context)
    refuseNewWeak(context)
    refusePointers(context, refs)
    return {
      diff: context.diff,
      object: compared.running.name,
      functions: replaced.flatMap((change) => resolveFunction(context, change)),
      refOf: (link) => refs.get(keyOf(link)) ?? { kind: 'none', name: nameOf(link) },
    }
  })
  const notSetUp = touched.flatMap((diff) => refuseInitState(diff, { brought, prepared }))
  for (const refusal of notSetUp) refusals.set(`${refusal.unit} ${refusal.code} ${refusal.subject}`, refusal)
  return { units: resolved, refusals: [...refusals.values()], notes, lateKeys }
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
  return { kind: 'klp', object: running.name, name, sympos: candidates.length <= 1 ? 0 : (only?.rank ?? 0) }
}

function moduleOf(version: SymbolVersion): string {
  return version.owner.slice(version.owner.lastIndexOf('/') + 1).replaceAll('-', '_')
}
