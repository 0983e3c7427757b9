import { type CFile, type Region, regionAt, tokensOf } from '../c/mod.ts'
import type { Edit } from './edits.ts'
import { type FunctionText, type Mentions, mentionsOf } from './mentions.ts'

/** What an atom does to one top-level item. */
export interface AtomItem {
  /** As it is afterwards; for a removed item, as it was. */
  readonly region: Region
  /** As it was before; undefined for a new item. */
  readonly was: Region | undefined
  readonly change: 'new' | 'removed' | 'interface' | 'body'
}

/**
 * The smallest part of an update that is taken or left out: all edits to one top-level item of one file, so that each function, type or table is
 * either the old or the new one. An edit that spans several items makes them one atom.
 */
export interface Atom extends Mentions {
  readonly id: string
  readonly file: string
  readonly items: readonly AtomItem[]
  readonly edits: readonly Edit[]
}

/** Groups a file's edits by the items they touch. A whole new file is one atom. */
export function atomsOf(path: string, before: CFile, after: CFile, edits: readonly Edit[]): Atom[] {
  const keysOf = edits.map((edit) => [
    ...regionsIn(before, edit.oldStart, edit.removed).map(keyOf),
    ...regionsIn(after, edit.newStart, edit.added.length).map(keyOf),
  ])
  const groups = groupByKeys(keysOf)
  return groups.map((members, index) => {
    const own = members.map((rank) => edits[rank] as Edit)
    const keys = new Set(members.flatMap((rank) => keysOf[rank] ?? []))
    const items = itemsOf(keys, before, after)
    return {
      id: `${path}#${index + 1}`,
      file: path,
      items,
      edits: own,
      ...mentionsOf({ edits: own, functions: functionsOf(items) }, before, after),
    }
  })
}

function keyOf(region: Region): string {
  return region.kind === 'conditional' ? '#if' : `${region.kind} ${region.name}`
}

function regionsIn(file: CFile, start: number, count: number): Region[] {
  const found = new Set<Region>()
  for (let line = start; line < start + count; line++) {
    const region = regionAt(file, line)
    if (region !== undefined) found.add(region)
  }
  return [...found]
}

/** Ranks of edits that share a key, directly or through others; edits without any key stand alone. */
function groupByKeys(keysOf: readonly (readonly string[])[]): number[][] {
  const groupOf = keysOf.map((_, rank) => rank)
  const find = (rank: number): number => (groupOf[rank] === rank ? rank : find(groupOf[rank] ?? rank))
  const firstWith = new Map<string, number>()
  for (const [rank, keys] of keysOf.entries()) {
    for (const key of keys) {
      const first = firstWith.get(key)
      if (first === undefined) firstWith.set(key, rank)
      else groupOf[find(rank)] = find(first)
    }
  }
  return [...Map.groupBy(keysOf.keys(), find).values()]
}

function itemsOf(keys: ReadonlySet<string>, before: CFile, after: CFile): AtomItem[] {
  const old = Map.groupBy(before.regions, keyOf)
  const now = Map.groupBy(after.regions, keyOf)
  return [...keys]
    .flatMap((key): AtomItem[] => {
      const [was] = old.get(key) ?? []
      const [is] = now.get(key) ?? []
      if (is === undefined) return was === undefined ? [] : [{ region: was, was, change: 'removed' }]
      if (was === undefined) return [{ region: is, was, change: 'new' }]
      return [{ region: is, was, change: was.kind === 'function' && was.head === is.head ? 'body' : 'interface' }]
    })
    .filter((item) => item.change !== 'interface' || !isUnchanged(item, before, after))
}

/** An item whose tokens are the same on both sides was only touched by the comments around it. */
function isUnchanged({ region, was }: AtomItem, before: CFile, after: CFile): boolean {
  return was !== undefined && region.kind !== 'conditional' && tokensOf(before, was).join(' ') === tokensOf(after, region).join(' ')
}

function functionsOf(items: readonly AtomItem[]): FunctionText[] {
  return items.flatMap(({ region, was, change }) =>
    region.kind === 'function' ? [{ was, is: change === 'removed' ? undefined : region }] : [],
  )
}
