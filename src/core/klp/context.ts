import type { DataSetting, Item, ItemKind, Link, Refusal, UnitDiff } from '../diff/mod.ts'
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

export interface UnitToResolve {
  readonly diff: UnitDiff
  readonly running: RunningObject
  readonly match: RunPreMatch
}

/** A unit on its way into the patch, and all that its names may lie in. */
export interface Context extends UnitToResolve {
  /** Objects for which the patch brings a new global, and the units that have it, by its name. */
  readonly brought: ReadonlyMap<string, readonly { readonly object: string; readonly unit: string; readonly kind: ItemKind }[]>
  /** What the running kernel has as static and the patched source has as global, by its name. */
  readonly madeGlobal: ReadonlyMap<string, readonly MadeGlobal[]>
  /** Objects whose pre-patch callbacks use data of this name. */
  readonly prepared: ReadonlyMap<string, ReadonlySet<string>>
  readonly vmlinux: RunningObject | undefined
  readonly needs: (module: string, other: string) => boolean
  readonly exports: ReadonlyMap<string, SymbolVersion>
  readonly refuse: (refusal: Omit<Refusal, 'unit'>) => void
}

export interface MadeGlobal {
  readonly item: Item
  readonly running: RunningObject
  readonly address: bigint | undefined
}

export type OutsideLink = Exclude<Link, { kind: 'carried' }>

export function allLinks(diff: UnitDiff) {
  return [
    ...[...diff.inclusion.links.values()].flat(),
    ...diff.inclusion.entries.flatMap((entry) => entry.links),
    ...diff.settings.map((setting) => ({ link: linkOfSetting(setting) })),
  ]
}

/** Where the running kernel holds a variable that is to be set. */
export function linkOfSetting({ original }: DataSetting): OutsideLink {
  return { kind: 'original', item: original, offset: 0 }
}

export function nameOf(link: OutsideLink): string {
  return link.kind === 'original' ? link.item.name : link.name
}

export function keyOf(link: OutsideLink): string {
  return link.kind === 'original' ? `item ${link.item.section.index} ${link.item.start} ${link.item.name}` : `symbol ${link.name}`
}

/** The name and position under which the kernel knows an address; 0 when the name is unique. */
export function symbolAt(running: RunningObject, item: Item, address: bigint): { name: string; sympos: number } | undefined {
  for (const name of [item.name, ...item.aliases]) {
    const candidates = running.candidates(name)
    const found = candidates.find((candidate) => candidate.address === address)
    if (found !== undefined) return { name, sympos: candidates.length === 1 ? 0 : found.rank }
  }
  return undefined
}

/** Whether a pre-patch callback that uses this data has run before any code of an object does: its own, the kernel image's, or one of a module that it needs. */
export function isPrepared({ prepared, needs }: Pick<Context, 'prepared' | 'needs'>, name: string, object: string): boolean {
  return [...(prepared.get(name) ?? [])].some(
    (other) => other === object || other === VMLINUX || (object !== VMLINUX && needs(object, other)),
  )
}

/** Whether a module has it in its init code or init data alone, whose names go with it: kernel/module/kallsyms.c, add_kallsyms(). */
export function isInitOnly(running: RunningObject, name: string): boolean {
  return running.candidates(name).length === 0 && !running.isCountSteady(name)
}

export function hasGlobal(running: RunningObject, name: string): boolean {
  return running.candidates(name).some((candidate) => candidate.isGlobal)
}
