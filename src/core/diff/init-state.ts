import type { Changes } from './changes.ts'
import type { Pair } from './compare.ts'
import type { Inclusion } from './include.ts'
import type { Item } from './item.ts'
import type { Callback } from './marks.ts'
import type { ObjectView } from './object-view.ts'
import type { Note, Refusal } from './refusal.ts'

export interface InitState {
  readonly refusals: readonly Refusal[]
  readonly notes: readonly Note[]
}

/**
 * Data that changed init code sets up, and that a replaced function relies on, was never set up in the running kernel. A pre-patch callback that
 * uses the data is taken to do that.
 */
export function checkInitState(
  unit: string,
  { pair, changes, inclusion, callbacks }: { pair: Pair; changes: Changes; inclusion: Inclusion; callbacks: readonly Callback[] },
): InitState {
  const used = dataUsedBy(inclusion, inclusion.carried)
  const roots = callbacks.filter(({ when }) => when === 'pre_patch').map(({ item }) => item)
  const prepared = dataUsedBy(inclusion, addedFunctionsFrom(inclusion, roots, changes))
  const relied = [...changes.changed]
    .filter((item) => item.isInit)
    .flatMap((init) => {
      const before = new Set(dataOf(pair.original, pair.correlation.get(init)))
      return dataOf(pair.patched, init)
        .filter((data) => used.has(data) && !before.has(pair.correlation.get(data) ?? data))
        .map((data) => ({ init, data }))
    })
  return {
    refusals: relied
      .filter(({ data }) => !prepared.has(data))
      .map(({ init, data }) => ({
        code: 'init-state',
        unit,
        subject: data.name,
        reason: `only ${init.name}, which has run already, sets it up for the replaced code`,
      })),
    notes: relied
      .filter(({ data }) => prepared.has(data))
      .map(({ init, data }) => ({
        unit,
        subject: data.name,
        text: `${init.name}, which has run already, would set it up: left to the pre-patch callback, which uses it`,
      })),
  }
}

/** The callbacks and what they call of the patch's own, but nothing that is replaced. */
function addedFunctionsFrom(inclusion: Inclusion, roots: readonly Item[], changes: Changes): Item[] {
  const reached = new Set(roots)
  for (const item of reached) {
    for (const { link } of inclusion.links.get(item) ?? []) {
      if (link.kind === 'carried' && link.item.kind === 'function' && !changes.changed.has(link.item)) reached.add(link.item)
    }
  }
  return [...reached]
}

function dataUsedBy(inclusion: Inclusion, items: readonly Item[]): Set<Item> {
  const references = items.flatMap((item) => inclusion.links.get(item) ?? []).map(({ reference }) => reference)
  return new Set(references.flatMap(({ target }) => (target.kind === 'item' && target.item.kind === 'data' ? [target.item] : [])))
}

function dataOf(view: ObjectView, item: Item | undefined): Item[] {
  const references = item === undefined ? [] : (view.references.get(item) ?? [])
  return references.flatMap(({ target }) => (target.kind === 'item' && target.item.kind === 'data' ? [target.item] : []))
}
