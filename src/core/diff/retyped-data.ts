import type { ElfFile } from '../elf/mod.ts'
import { type Btf, type BtfId, resolveBtfType } from '../kernel/mod.ts'
import { haveSameTypes, openShapeOf, shapeOf, typesOf } from '../types/mod.ts'
import type { Inclusion, Link } from './include.ts'
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
  return [...users].flatMap(([name, user]): Refusal[] => {
    const [from, to] = [old(name), now(name)]
    if (from === undefined || to === undefined || canStandFor(from, to)) return []
    const reason = `its type changes from ${shapeOf(from.btf, from.type)} to ${shapeOf(to.btf, to.type)}, and ${user.name} uses what the old one holds`
    return [{ code: 'data-retyped', unit, subject: name, reason }]
  })
}

/**
 * By name, the first user of each variable that the patch uses of the running kernel, those of other files too: the file that has one may be left as it is. Of another size
 * they are refused for that.
 */
function usersOfOriginals({ links }: Inclusion): Map<string, Item> {
  const users = new Map<string, Item>()
  for (const [user, list] of links) {
    for (const { link, reference } of list) {
      const name = nameOfData(link)
      if (name === undefined || reference.isBranch || users.has(name)) continue
      const isResized = link.kind === 'original' && reference.target.kind === 'item' && reference.target.item.size !== link.item.size
      if (!isResized) users.set(name, user)
    }
  }
  return users
}

/** What is a function in another file, no variable of that name has a type for. */
function nameOfData(link: Link): string | undefined {
  if (link.kind === 'symbol') return link.name
  return link.kind === 'original' && link.item.kind === 'data' ? link.item.name : undefined
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

function elementShapeOf({ btf, type }: Typed): string {
  const array = resolveBtfType(btf, type)
  return shapeOf(btf, array.kind === 'array' ? array.element : type)
}

function canStandFor(from: Typed, to: Typed): boolean {
  if (shapeOf(from.btf, from.type) === shapeOf(to.btf, to.type)) return true
  const open = openShapeOf(from.btf, from.type)
  // What has no length opens to nothing.
  if (open !== '' && open === openShapeOf(to.btf, to.type)) return true
  // Another file has it, and this one only now says how long it is, or no longer does.
  if (isWithoutLength(from) !== isWithoutLength(to)) return elementShapeOf(from) === elementShapeOf(to)
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
