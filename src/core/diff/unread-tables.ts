import { latin1FromBytes } from '../base/mod.ts'
import type { Pair } from './compare.ts'
import { type Item, type Reference, isNameless } from './item.ts'
import { stableName } from './names.ts'
import type { ObjectView } from './object-view.ts'
import type { Note } from './refusal.ts'
import { isPlainSection } from './section-role.ts'

/**
 * What lies in a section for somebody else to find: entries of a table that the linker puts together (`__governor_thermal_table`), data that assembly
 * labels. Nothing in the unit leads to it, so a live patch brings none; what has a name and is there before and after is compared as all data is.
 */
export function noteUnreadTables(unit: string, { original, patched, correlation }: Pair, carried: readonly Item[]): Note[] {
  const [known, brought] = [new Set(correlation.values()), new Set(carried)]
  const before = contentsBySection(original, (item) => !known.has(item))
  const after = contentsBySection(patched, (item) => !correlation.has(item) && !brought.has(item))
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((subject): Note[] => {
    if (before.get(subject) === after.get(subject)) return []
    return [{ unit, subject, text: 'what this section holds changes, and nothing in the file refers to that: left out' }]
  })
}

function contentsBySection(view: ObjectView, isWanted: (item: Item) => boolean): Map<string, string> {
  const candidates = view.items.filter((item) => isForOthers(item) && isWanted(item))
  if (candidates.length === 0) return new Map()
  const read = itemsReferredTo(view)
  const bySection = Map.groupBy(
    candidates.filter((item) => !read.has(item)),
    ({ section }) => section.name,
  )
  return new Map([...bySection].map(([name, items]) => [name, JSON.stringify(items.map((item) => contentOf(view, item)).toSorted())]))
}

function isForOthers(item: Item): boolean {
  const { kind, size, isInit, section } = item
  return (kind === 'data' || kind === 'constant') && size > 0 && !isInit && (isNameless(item) || !isPlainSection(section.name))
}

function itemsReferredTo({ references, entries }: ObjectView): Set<Item> {
  const all = [...[...references.values()].flat(), ...entries.flatMap((entry) => entry.references)]
  return new Set(all.flatMap(({ target }) => (target.kind === 'item' ? [target.item] : [])))
}

/** In words that stay the same when only something else grows, moves or is numbered anew. */
function contentOf({ references }: ObjectView, item: Item): string {
  return [latin1FromBytes(item.data), ...(references.get(item) ?? []).map(describe)].join('\n')
}

function describe({ offset, target }: Reference): string {
  if (target.kind === 'symbol') return `${offset} ${target.name}+${target.offset}`
  const { kind, name, data } = target.item
  if (kind === 'string' || isNameless(target.item)) return `${offset} ${latin1FromBytes(data.subarray(target.offset))}`
  return `${offset} ${stableName(name)}${kind === 'data' ? `+${target.offset}` : ''}`
}
