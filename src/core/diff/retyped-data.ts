import type { ElfFile } from '../elf/mod.ts'
import { type Btf, type BtfId, resolveBtfType } from '../kernel/mod.ts'
import { haveSameTypes, openShapeOf, shapeOf, typesOf } from '../types/mod.ts'
import type { Inclusion } from './include.ts'
import type { Item } from './item.ts'
import type { Refusal } from './refusal.ts'

/**
 * Variables of the running kernel that the patch uses as another type of the same size: what they hold was put there by the old one. A tagged struct is
 * compared by itself, whoever has it; this is for pointers, tagless structs and arrays of either. Variables inside functions have no types in BTF.
 */
export function refuseRetypedData(
  { unit, original, patched }: { readonly unit: string; readonly original: ElfFile; readonly patched: ElfFile },
  inclusion: Inclusion,
): Refusal[] {
  if (haveSameTypes(original, patched)) return []
  const users = usersOfOriginals(inclusion)
  if (users.size === 0) return []
  const [old, now] = [variablesOf(typesOf(original)), variablesOf(typesOf(patched))]
  return [...users].flatMap(([{ name }, user]): Refusal[] => {
    const [from, to] = [old(name), now(name)]
    if (from === undefined || to === undefined || canStandFor(from, to)) return []
    const reason = `its type changes from ${shapeOf(from.btf, from.type)} to ${shapeOf(to.btf, to.type)}, and ${user.name} uses what the old one holds`
    return [{ code: 'data-retyped', unit, subject: name, reason }]
  })
}

/** The running kernel's variables that the patch uses, each with the first of its users; of another size they are refused for that. */
function usersOfOriginals({ links }: Inclusion): Map<Item, Item> {
  const users = new Map<Item, Item>()
  for (const [user, list] of links) {
    for (const { link, reference } of list) {
      if (link.kind !== 'original' || link.item.kind !== 'data' || users.has(link.item)) continue
      const isResized = reference.target.kind === 'item' && reference.target.item.size !== link.item.size
      if (!isResized) users.set(link.item, user)
    }
  }
  return users
}

interface Typed {
  readonly btf: Btf
  readonly type: BtfId
}

/** A variable that is declared (`extern struct mode modes[];`) and defined has two entries, in any order: the length stands in one of them alone. */
function variablesOf(btf: Btf): (name: string) => Typed | undefined {
  const entries = btf.types.flatMap((type) => (type.kind === 'variable' ? [{ name: type.name, typed: { btf, type: type.type } }] : []))
  const byName = Map.groupBy(entries, ({ name }) => name)
  return (name) => {
    const known = byName.get(name)?.map(({ typed }) => typed) ?? []
    return known.find((typed) => !isWithoutLength(typed)) ?? known[0]
  }
}

function isWithoutLength({ btf, type }: Typed): boolean {
  const array = resolveBtfType(btf, type)
  return array.kind === 'array' && array.count === 0
}

function canStandFor(from: Typed, to: Typed): boolean {
  if (shapeOf(from.btf, from.type) === shapeOf(to.btf, to.type)) return true
  const open = openShapeOf(from.btf, from.type)
  // What has no length opens to nothing.
  if (open !== '' && open === openShapeOf(to.btf, to.type)) return true
  // `void *` says nothing of what it points to, neither before nor after.
  return isPointer(from) && isPointer(to) && (pointsToVoid(from) || pointsToVoid(to))
}

function isPointer({ btf, type }: Typed): boolean {
  return resolveBtfType(btf, type).kind === 'pointer'
}

function pointsToVoid({ btf, type }: Typed): boolean {
  const pointer = resolveBtfType(btf, type)
  return pointer.kind === 'pointer' && resolveBtfType(btf, pointer.target).kind === 'void'
}
