import type { Hunk } from '../source/mod.ts'
import { type CFile, type Region, regionAt, tokensOf } from '../c/mod.ts'
import { type Mentions, mentionsOf } from './mentions.ts'

/** One run of lines taken out and put in, without context. */
export interface Edit {
  /** First line taken out, counted from 1; where none is, the line after which the new ones stand. */
  readonly oldStart: number
  readonly removed: number
  readonly newStart: number
  readonly added: readonly string[]
}

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

/** The runs of changed lines of a file's hunks. */
export function editsOf(hunks: readonly Hunk[]): Edit[] {
  const edits: Edit[] = []
  let drift = 0
  for (const hunk of hunks) {
    let old = hunk.lines.some((line) => line.kind !== 'added') ? hunk.oldStart - 1 : hunk.oldStart
    let removed = 0
    let added: string[] = []
    const flush = () => {
      if (removed === 0 && added.length === 0) return
      const oldStart = removed === 0 ? old : old - removed + 1
      edits.push({ oldStart, removed, added, newStart: old - removed + drift + 1 })
      drift += added.length - removed
      removed = 0
      added = []
    }
    for (const line of hunk.lines) {
      if (line.kind === 'context') {
        flush()
        old++
      } else if (line.kind === 'removed') {
        if (added.length > 0) flush()
        removed++
        old++
      } else added.push(line.text)
    }
    flush()
  }
  return edits
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
      ...mentionsOf({ edits: own, items }, before, after),
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
      const isSame = was.kind === 'function' ? was.head === is.head : false
      return [{ region: is, was, change: isSame ? 'body' : 'interface' }]
    })
    .filter(({ region, change }) => change !== 'interface' || !isUnchanged(region, old, before, after))
}

/** An item whose tokens are the same on both sides was only touched by the comments around it. */
function isUnchanged(region: Region, old: ReadonlyMap<string, readonly Region[]>, before: CFile, after: CFile): boolean {
  const [was] = old.get(keyOf(region)) ?? []
  return was !== undefined && region.kind !== 'conditional' && tokensOf(before, was).join(' ') === tokensOf(after, region).join(' ')
}

/** A file's lines with some of its edits made, each line with the number that it had before. */
export function composeLines(
  original: readonly string[],
  edits: readonly Edit[],
): { readonly text: string; readonly original: number | undefined }[] {
  const lines: { text: string; original: number | undefined }[] = []
  let done = 0
  const keep = (until: number) => {
    for (; done < until; done++) lines.push({ text: original[done] ?? '', original: done + 1 })
  }
  for (const edit of edits.toSorted((a, b) => a.newStart - b.newStart)) {
    keep(edit.removed === 0 ? edit.oldStart : edit.oldStart - 1)
    for (const text of edit.added) lines.push({ text, original: undefined })
    done += edit.removed
  }
  keep(original.length)
  return lines
}
