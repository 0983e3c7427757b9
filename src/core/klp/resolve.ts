import type { Item, Link, Note, Refusal, UnitDiff } from '../diff/mod.ts'
import type { SymbolVersion } from '../kernel/mod.ts'
import type { RunningObject } from '../runpre/mod.ts'
import {
  type InitUnit,
  isOverridden,
  noteOverridden,
  refuseInit,
  refuseInitState,
  refuseNewReliance,
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
  isInitOnly,
  keyOf,
  nameOf,
  symbolAt,
} from './context.ts'
import { type LateKey, refuseLateKeys, refuseLateReferences, withoutLateCalls } from './late.ts'
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
  /** By unit, the keys that jump labels depend on and that the loader cannot prepare, with where they lie: resolvable when the unit is compiled to read them. */
  readonly lateKeys: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** What lies around the objects that are patched. */
export interface Surroundings {
  /** The kernel image, for modules whose patched code uses a symbol of it that was not exported before. */
  readonly vmlinux?: RunningObject | undefined
  /** Whether a module cannot be loaded without another one; unknown dependencies count as there when this is not given. */
  readonly needs?: (module: string, other: string) => boolean
  /** All units of the patch, those too of which only init code differs; those to resolve when this is not given. */
  readonly touched?: readonly InitUnit[]
}

/**
 * Gives every name that the patch uses its place in the running system. `exports` are the kernel's and its modules' (Module.symvers).
 * What all units bring is gathered first, since each may use what another one brings. After that the order of the units, and of the checks of one unit,
 * is the order of what is reported and nothing else: none looks at what another has found, and every reason is kept.
 */
export function resolveUnits(
  units: readonly UnitToResolve[],
  exports: readonly SymbolVersion[],
  { vmlinux, needs = () => true, touched = units.map(({ diff }) => diff) }: Surroundings = {},
): Resolution {
  const around = { ...gatherBrought(units), vmlinux, needs, exports: new Map(exports.map((version) => [version.name, version])) }
  const refusals = new Map<string, Refusal>()
  const refuse = (refusal: Refusal) => void refusals.set(JSON.stringify(refusal), refusal)
  const resolved = units.map((compared) =>
    resolveUnit({ ...compared, ...around, refuse: (refusal) => refuse({ ...refusal, unit: compared.diff.unit }) }, touched),
  )
  for (const diff of touched) for (const refusal of refuseInitState(diff, around)) refuse(refusal)
  const keys = Map.groupBy(
    resolved.filter(({ lateKeys }) => lateKeys.length > 0),
    ({ unit }) => unit.diff.unit,
  )
  return {
    units: resolved.map(({ unit }) => unit),
    refusals: [...refusals.values()],
    notes: resolved.flatMap(({ notes }) => notes),
    lateKeys: new Map([...keys].map(([unit, found]) => [unit, placesByName(found.flatMap(({ lateKeys }) => lateKeys))])),
  }
}

function gatherBrought(units: readonly UnitToResolve[]): Pick<Context, 'brought' | 'madeGlobal' | 'prepared'> {
  return {
    brought: Map.groupBy(
      units.flatMap(({ diff, running }) =>
        diff.newGlobals.map(({ name, kind }) => ({ name, kind, unit: diff.unit, object: running.name })),
      ),
      ({ name }) => name,
    ),
    madeGlobal: Map.groupBy(
      units.flatMap(({ diff, running, match }) => diff.madeGlobal.map((item) => ({ item, running, address: match.addresses.get(item) }))),
      ({ item }) => item.name,
    ),
    prepared: objectsPreparing(units),
  }
}

function objectsPreparing(units: readonly UnitToResolve[]): Context['prepared'] {
  const objects = new Map<string, Set<string>>()
  for (const { diff, running } of units)
    for (const name of diff.preparedNames) objects.set(name, (objects.get(name) ?? new Set()).add(running.name))
  return objects
}

interface ResolvedPart {
  readonly unit: ResolvedUnit
  readonly notes: readonly Note[]
  readonly lateKeys: readonly LateKey[]
}

function placesByName(keys: readonly LateKey[]): Map<string, string> {
  return new Map(keys.flatMap(({ names, place }) => names.map((name) => [name, place] as const)))
}

function resolveUnit(whole: Context, inits: readonly InitUnit[]): ResolvedPart {
  const refs = new Map<string, SymbolRef>()
  for (const { link } of allLinks(whole.diff)) if (link.kind !== 'carried') refs.set(keyOf(link), resolveLink(whole, link))
  const overridden = whole.diff.replaced.filter(({ original }) => isOverridden(whole.running, original))
  // What is made strong is refused, and not left out.
  const left = overridden.filter(({ original }) => !whole.diff.madeStrong.includes(original))
  const replaced = whole.diff.replaced.filter((change) => !overridden.includes(change))
  const context: Context = { ...whole, diff: withoutLateCalls({ ...whole.diff, replaced }, refs) }
  // From here on nothing sees the functions and the table entries that are left out.
  const lateKeys = refuseLateKeys(context, refs)
  refuseLateReferences(context, refs)
  refuseInit(context, refs)
  refuseNewReliance(context, inits)
  refuseUnsteady(context, refs)
  refuseTwins(context)
  refuseNewWeak(context)
  refusePointers(context, refs)
  return {
    unit: {
      diff: context.diff,
      object: context.running.name,
      functions: replaced.flatMap((change) => resolveFunction(context, change)),
      refOf: (link) => refs.get(keyOf(link)) ?? { kind: 'none', name: nameOf(link) },
    },
    notes: left.map(({ original }) => noteOverridden(whole, original)),
    lateKeys,
  }
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

/**
 * What a unit of the same patch brings as a new global, or makes global that was static: this object's own first, then the kernel image's, then that of
 * a module that is there whenever this object is.
 */
function resolveInPatch(context: Context, name: string): SymbolRef | undefined {
  const { running, needs, refuse } = context
  const places = [
    ...(context.brought.get(name) ?? []).map(({ object }) => ({ object, made: undefined })),
    ...(context.madeGlobal.get(name) ?? []).map((made) => ({ object: made.running.name, made })),
  ]
  const distance = ({ object }: { readonly object: string }) =>
    object === running.name ? 0 : object === VMLINUX ? 1 : needs(running.name, object) ? 2 : 3
  const [nearest, ...others] = places.toSorted((a, b) => distance(a) - distance(b) || (a.object < b.object ? -1 : 1))
  if (nearest === undefined || (nearest.object !== running.name && hasGlobal(running, name))) return undefined
  const rival = others.find(({ object }) => object !== nearest.object)
  if (distance(nearest) === 2 && rival !== undefined && distance(rival) === 2) {
    const reason = `code of ${running.name} refers to it, and the patch brings it for ${nearest.object} and for ${rival.object}`
    refuse({ code: 'symbol-ambiguous', subject: name, reason })
  }
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
  if (isInitOnly(running, name)) {
    const reason = `the patched code refers to it, and ${running.name} has it only in what is freed once the module has started, and the name with it`
    context.refuse({ code: 'init-reference', subject: name, reason })
  } else if (candidates.length === 0) {
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
