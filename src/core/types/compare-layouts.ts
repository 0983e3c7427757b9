import { type Btf, type BtfId, type BtfMember, type BtfStruct, resolveBtfType, sizeOfBtfType } from '../kernel/mod.ts'
import { compareEnums } from './compare-enums.ts'
import { type ChangePlace, type LayoutChange, type MemberChange, nameOfLayout } from './layout-change.ts'
import { openShapeOf, shapeOf } from './shape.ts'

/** Compares every struct, union and enum that both compilations know: by tag, by typedef where there is no tag, and what got another name by its members. */
export function compareLayouts(original: Btf, patched: Btf): LayoutChange[] {
  const before = structsOf(original)
  const after = structsOf(patched)
  const renamed = findRenamed({ btf: original, structs: before }, { btf: patched, structs: after })
  const structs = [...after].flatMap(([key, now]) => {
    const known = renamed.get(key)
    const old = before.get(key) ?? (known === undefined ? [] : [known])
    const differences = (from: NamedStruct, to: NamedStruct) =>
      areOneTag(from, to) ? undefined : compareStructs({ btf: original, struct: from.struct }, { btf: patched, struct: to.struct })
    return pairsOf(old, now, differences).flatMap(([from, to]) => {
      const change = differences(from, to)
      if (change === undefined) return []
      return [{ kind: to.kind, name: to.name, ...(known === undefined ? {} : { was: nameOfLayout(from) }), ...change }]
    })
  })
  return [...structs, ...compareScalars(original, patched), ...compareEnums(original, patched)]
}

/** Typedefs of numbers, or of arrays of them, that get another size: memory that only `void *` leads to is read in other steps. */
function compareScalars(original: Btf, patched: Btf): LayoutChange[] {
  const before = scalarSizes(original)
  return [...scalarSizes(patched)].flatMap(([name, newSize]): LayoutChange[] => {
    const oldSize = before.get(name)
    if (oldSize === undefined || oldSize === newSize) return []
    return [{ kind: 'typedef', name, oldSize, newSize, members: [], place: { kind: 'scalar' } }]
  })
}

function scalarSizes(btf: Btf): Map<string, number> {
  return new Map(
    btf.types.flatMap((type) => {
      if (type.kind !== 'typedef') return []
      let id = type.target
      for (let at = resolveBtfType(btf, id); at.kind === 'array'; at = resolveBtfType(btf, id)) id = at.element
      const isNumber = ['int', 'enum', 'float'].includes(resolveBtfType(btf, id).kind)
      const size = sizeOfBtfType(btf, type.target)
      return isNumber && size !== undefined ? [[type.name, size] as const] : []
    }),
  )
}

interface NamedStruct {
  readonly kind: LayoutChange['kind']
  readonly name: string
  readonly struct: BtfStruct
}

interface Known {
  readonly btf: Btf
  readonly structs: ReadonlyMap<string, readonly NamedStruct[]>
}

/**
 * By key, what a struct or union with a new tag was before: what has the same tag and goes as the other of the two, or else what goes and has most of its members in the new
 * one. Its objects are reached through `void *` as before, whatever the source calls them now.
 */
function findRenamed(before: Known, after: Known): Map<string, NamedStruct> {
  const tagged = (one: Known, other: Known) =>
    [...one.structs].flatMap(([key, found]) => (other.structs.has(key) || found[0]?.kind === 'typedef' ? [] : found.slice(0, 1)))
  const gone = tagged(before, after).map((struct) => ({ struct, names: memberNames(before.btf, struct) }))
  if (gone.length === 0) return new Map()
  return new Map(
    tagged(after, before).flatMap((to) => {
      const names = memberNames(after.btf, to)
      const shared = (old: ReadonlySet<string>) => [...old].filter((name) => names.has(name)).length
      const [likeliest] = gone
        .filter(({ struct, names: old }) => struct.name === to.name || (shared(old) > 1 && 2 * shared(old) >= old.size))
        .toSorted((a, b) => Number(b.struct.name === to.name) - Number(a.struct.name === to.name) || shared(b.names) - shared(a.names))
      return likeliest === undefined ? [] : [[`${to.kind} ${to.name}`, likeliest.struct] as const]
    }),
  )
}

function memberNames(btf: Btf, { struct }: NamedStruct): Set<string> {
  return new Set(flatten({ btf, struct }).keys())
}

/** Several of one name are types inside functions, in the order of the source; where they are more or fewer than before, each that is like none of those. */
function pairsOf(
  old: readonly NamedStruct[],
  now: readonly NamedStruct[],
  differences: (from: NamedStruct, to: NamedStruct) => unknown,
): (readonly [NamedStruct, NamedStruct])[] {
  return now.flatMap((to, index) => {
    const isLikeOne = old.length !== now.length && old.some((from) => differences(from, to) === undefined)
    const from = isLikeOne ? undefined : (old[index] ?? old[0])
    return from === undefined ? [] : [[from, to] as const]
  })
}

/** A typedef of what has a tag stands for it, and is compared by the tag. */
function areOneTag(from: NamedStruct, to: NamedStruct): boolean {
  return to.kind === 'typedef' && to.struct.name !== '' && to.struct.name === from.struct.name && to.struct.kind === from.struct.kind
}

function structsOf(btf: Btf): Map<string, NamedStruct[]> {
  const found = btf.types.flatMap((type): NamedStruct[] => {
    if ((type.kind === 'struct' || type.kind === 'union') && type.name !== '') return [{ kind: type.kind, name: type.name, struct: type }]
    if (type.kind !== 'typedef') return []
    const target = structBehind(btf, type.target)
    return target === undefined ? [] : [{ kind: 'typedef', name: type.name, struct: target }]
  })
  return Map.groupBy(found, ({ kind, name }) => `${kind} ${name}`)
}

/** What a typedef is made of: a struct or union, pointers to it, arrays of it. Behind another typedef it is that one's. */
function structBehind(btf: Btf, id: BtfId): BtfStruct | undefined {
  for (let at = id, depth = 0; depth < 16; depth++) {
    const type = btf.types[at]
    switch (type?.kind) {
      case 'struct':
      case 'union':
        return type
      case 'pointer':
      case 'const':
      case 'volatile':
      case 'restrict':
        at = type.target
        break
      case 'array':
        at = type.element
        break
      default:
        return undefined
    }
  }
  return undefined
}

interface Side {
  readonly btf: Btf
  readonly struct: BtfStruct
}

interface Place {
  readonly bitOffset: number
  readonly bits: number
  readonly member: BtfMember
  /** Rank of the member of the struct itself that holds this one. */
  readonly rank: number
}

function compareStructs(before: Side, after: Side): Omit<LayoutChange, 'kind' | 'name'> | undefined {
  const old = flatten(before)
  const now = flatten(after)
  const members: MemberChange[] = []
  for (const [member, place] of old) {
    const other = now.get(member)
    const places = { member, old: place.bitOffset, new: other?.bitOffset }
    if (other === undefined) members.push({ change: 'removed', ...places })
    else if (other.bitOffset !== place.bitOffset) members.push({ change: 'moved', ...places })
    else if (other.bits !== place.bits) members.push({ change: 'resized', ...places, oldBits: place.bits, newBits: other.bits })
    else if (!isSameShape(before.btf, place.member, after.btf, other.member)) members.push({ change: 'retyped', ...places })
  }
  for (const [member, place] of now) if (!old.has(member)) members.push({ change: 'added', member, new: place.bitOffset })
  const [oldSize, newSize] = [before.struct.size, after.struct.size]
  if (members.length === 0 && oldSize === newSize) return undefined
  return { oldSize, newSize, members, place: placeOf(after.struct, now, new Set(members.map(({ member }) => member))) }
}

function isSameShape(before: Btf, old: BtfMember, after: Btf, now: BtfMember): boolean {
  if (old.bitSize !== 0) return true // an integer of as many bits
  return shapeOf(before, old.type) === shapeOf(after, now.type) || openShapeOf(before, old.type) === openShapeOf(after, now.type)
}

function placeOf(struct: BtfStruct, now: ReadonlyMap<string, Place>, changed: ReadonlySet<string>): ChangePlace {
  const ranks = [...new Set([...now].flatMap(([name, { rank }]) => (changed.has(name) ? [rank] : [])))].toSorted((a, b) => a - b)
  const namesAt = (rank: number) => [...now].flatMap(([name, place]) => (place.rank === rank ? [name] : []))
  if (struct.kind === 'union') return { kind: 'union', members: ranks.map(namesAt) }
  return { kind: 'struct', before: ranks[0] === undefined ? [] : namesAt(ranks[0]) }
}

/** Members by name, those of anonymous inner structs and unions too; a nameless rest is named by its rank. */
function flatten({ btf, struct }: Side): Map<string, Place> {
  const into = new Map<string, Place>()
  const walk = (inner: BtfStruct, base: number, outerRank: number | undefined, depth: number) => {
    inner.members.forEach((member: BtfMember, index) => {
      const rank = outerRank ?? index
      const type = resolveBtfType(btf, member.type)
      const bitOffset = base + member.bitOffset
      if (member.name === '' && (type.kind === 'struct' || type.kind === 'union') && depth < 16) {
        walk(type, bitOffset, rank, depth + 1)
      } else {
        const bits = member.bitSize !== 0 ? member.bitSize : 8 * (sizeOfBtfType(btf, member.type) ?? 0)
        into.set(member.name === '' ? `member ${index}` : member.name, { bitOffset, bits, member, rank })
      }
    })
  }
  walk(struct, 0, undefined, 0)
  return into
}
