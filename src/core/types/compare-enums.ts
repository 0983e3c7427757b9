import type { Btf } from '../kernel/mod.ts'
import type { LayoutChange, MemberChange } from './layout-change.ts'

interface Enum {
  readonly name: string
  readonly isTypedef: boolean
  readonly size: number
  readonly values: ReadonlyMap<string, bigint>
}

/**
 * Values that have another number than before: stored ones, and code that is not replaced, mean the old. Values that are no more: what exists may hold one, and the
 * new code does not know it. All constants of a unit share one name space, so that those of an enum without a name are compared too. New constants change
 * nothing that exists, but for a bound that grows with them, which is a change of its own.
 */
export function compareEnums(original: Btf, patched: Btf): LayoutChange[] {
  const before = byConstant(enumsOf(original))
  const enums = enumsOf(patched)
  const after = byConstant(enums)
  return enums.flatMap((type): LayoutChange[] => {
    const members: MemberChange[] = []
    const bounds: MemberChange[] = []
    for (const [member, value] of type.values) {
      const old = before.get(member)
      const was = old?.values.get(member)
      if (old === undefined || was === undefined || was === value) continue
      const numbers = { member, old: Number(was), new: Number(value) }
      if (value > was && isBound(member, old, type)) bounds.push({ change: 'grown', ...numbers })
      else members.push({ change: 'renumbered', ...numbers })
    }
    members.push(...removedFrom(type, before, after))
    const oldSize = before.get([...type.values.keys()].find((member) => before.has(member)) ?? '')?.size ?? type.size
    const change = { oldSize, newSize: type.size, place: placeOf(type, before) } as const
    const [first] = members
    const [bound] = bounds
    return [
      ...(first === undefined ? [] : [{ ...change, ...nameOf(type, first), members }]),
      ...(bound === undefined ? [] : [{ ...change, kind: 'enum' as const, name: bound.member, members: bounds }]),
    ]
  })
}

function nameOf({ name, isTypedef }: Enum, first: MemberChange): Pick<LayoutChange, 'kind' | 'name'> {
  return { kind: isTypedef ? 'typedef' : 'enum', name: name === '' ? first.member : name }
}

/** What the enums that this one continues had besides, where no new value stands for it by another name. */
function removedFrom(type: Enum, before: ReadonlyMap<string, Enum>, after: ReadonlyMap<string, Enum>): MemberChange[] {
  const fresh = new Set([...type.values].flatMap(([name, value]) => (before.has(name) || isBound(name, type, type) ? [] : [value])))
  return continuedBy(type, before).flatMap((old) =>
    [...old.values].flatMap(([member, value]): MemberChange[] =>
      after.has(member) || fresh.has(value) || isBound(member, old, old) ? [] : [{ change: 'removed', member, old: Number(value) }],
    ),
  )
}

function continuedBy(type: Enum, before: ReadonlyMap<string, Enum>): Enum[] {
  return [...new Set([...type.values.keys()].flatMap((member) => before.get(member) ?? []))]
}

function placeOf(type: Enum, before: ReadonlyMap<string, Enum>): LayoutChange['place'] {
  const old = continuedBy(type, before).flatMap(({ values }) => [...values])
  return { kind: 'enum', values: type.values, before: new Map(old) }
}

function byConstant(enums: readonly Enum[]): Map<string, Enum> {
  return new Map(enums.flatMap((type) => [...type.values.keys()].map((name) => [name, type] as const)))
}

/** How many others there are: it grows with every new value, and nobody stores it. */
function isBound(name: string, before: Enum, after: Enum): boolean {
  return (
    SOUNDS.test(name) && [before, after].every((type) => isLast(name, type) && [...type.values.keys()].some((other) => !SOUNDS.test(other)))
  )
}

const SOUNDS = /(^|_)(MAX|LAST|NUM|NR|N|CNT|COUNT|END|TOTAL|SIZE)(_|$)/i

/** None but other bounds has a larger value. */
function isLast(name: string, { values }: Enum): boolean {
  const value = values.get(name) ?? 0n
  return [...values].every(([other, its]) => its <= value || /(^|_)(MAX|LAST|NUM|NR|CNT|COUNT|END)(_|$)/i.test(other))
}

function enumsOf(btf: Btf): Enum[] {
  const typedefs = new Map(btf.types.flatMap((type) => (type.kind === 'typedef' ? [[type.target, type.name] as const] : [])))
  return btf.types.flatMap((type, id) => {
    if (type.kind !== 'enum') return []
    const typedef = type.name === '' ? typedefs.get(id) : undefined
    const values = new Map(type.values.map(({ name, value }) => [name, value]))
    return [{ name: typedef ?? type.name, isTypedef: typedef !== undefined, size: type.size, values }]
  })
}
