import { constantArguments } from '../arch/mod.ts'
import type { Pair } from './compare.ts'
import type { Item } from './item.ts'
import { sourceName } from './names.ts'
import type { ObjectView } from './object-view.ts'
import type { Note } from './refusal.ts'

/** Functions that give memory, and the rank of the argument that says how much. */
const ALLOCATORS: readonly { readonly name: RegExp; readonly rank: number }[] = [
  { name: /^_*(k|kv|v)[mz]?alloc(_node|_track_caller|_node_track_caller|_large|_large_node|_user|_32)?(_noprof)?$/, rank: 0 },
  { name: /^(__alloc_percpu(_gfp)?|pcpu_alloc_noprof|alloc_(etherdev|netdev)_mqs)$/, rank: 0 },
  { name: /^(devm_kmalloc|devm_krealloc|k(v?)realloc|k(v?)memdup|dma_alloc_attrs|dmam_alloc_attrs|scsi_host_alloc)(_noprof)?$/, rank: 1 },
  { name: /^(kmalloc_trace|kmem_cache_alloc_trace|__kmalloc_cache)(_noprof)?$/, rank: 2 },
  { name: /^(kmalloc_node_trace|__kmalloc_cache_node)(_noprof)?$/, rank: 3 },
]

/**
 * Replaced functions that ask for another number of bytes than before: where a macro or the length of an array says how many, no type changes with it, and what the old
 * code allocated is as large as it was. The rest of the new code may rely on more.
 */
export function noteResizedAllocations(
  unit: string,
  pair: Pair,
  replaced: readonly { readonly original: Item; readonly patched: Item }[],
): Note[] {
  return replaced.flatMap(({ original, patched }): Note[] => {
    const before = sizesOf(pair.original, original)
    const after = sizesOf(pair.patched, patched)
    return [...after].flatMap(([allocator, sizes]): Note[] => {
      const gone = without(before.get(allocator) ?? [], sizes)
      const come = without(sizes, before.get(allocator) ?? [])
      if (gone.length === 0 || come.length === 0) return []
      const text = `it allocates ${come.join(' and ')} bytes (${allocator}) where it allocated ${gone.join(' and ')}: what exists is as large as before`
      return [{ unit, subject: sourceName(patched.name), text }]
    })
  })
}

/** By allocator the numbers of bytes that a function asks it for. */
function sizesOf(view: ObjectView, func: Item): Map<string, number[]> {
  const references = view.references.get(func) ?? []
  const sizes = new Map<string, number[]>()
  const calls = references.flatMap(({ target, isBranch, offset }) => {
    const rank = isBranch && target.kind === 'symbol' ? ALLOCATORS.find(({ name }) => name.test(target.name))?.rank : undefined
    return rank === undefined || target.kind !== 'symbol' ? [] : [{ name: target.name, rank, offset }]
  })
  if (calls.length === 0) return sizes
  const passed = constantArguments(func.data, new Set(references.map(({ offset }) => offset)))
  for (const { name, rank, offset } of calls) {
    const size = passed.get(offset)?.get(rank)
    if (size !== undefined) sizes.set(name, [...(sizes.get(name) ?? []), size])
  }
  return sizes
}

function without(some: readonly number[], others: readonly number[]): number[] {
  const left = [...others]
  return some.filter((size) => {
    const rank = left.indexOf(size)
    if (rank >= 0) left.splice(rank, 1)
    return rank < 0
  })
}
