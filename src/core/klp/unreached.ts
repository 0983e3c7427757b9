import { type Item, type Note, type UnitDiff, parentOfCold } from '../diff/mod.ts'

/**
 * New global functions that nothing else in the patch refers to: they are brought because another unit may want them, and where none does, the change that
 * calls them is not part of this patch.
 */
export function noteUnreached(diffs: readonly UnitDiff[]): Note[] {
  const names = new Set<string>()
  const items = new Set<Item>()
  for (const { inclusion, callbacks } of diffs) {
    for (const { item } of callbacks) items.add(item)
    for (const [holder, links] of inclusion.links) {
      for (const { link } of links) {
        if (link.kind === 'symbol') names.add(link.name)
        else if (link.kind === 'carried' && link.item !== holder && parentOfCold(holder.name) !== link.item.name) items.add(link.item)
      }
    }
  }
  return diffs.flatMap(({ unit, added }) =>
    added
      .filter((item) => item.bind === 'global' && !items.has(item) && !names.has(item.name))
      .map((item) => ({
        unit,
        subject: item.name,
        text: 'new, and nothing else in this patch refers to it: what calls it in the source is not live',
      })),
  )
}
