import type { Btf } from '../kernel/mod.ts'
import type { LayoutChange, MemberChange } from './layout-change.ts'

interface Enum {
  readonly name: string
  readonly isTypedef: boolean
  readonly size: number
  readonly values: ReadonlyMap<string, bigint>
}

/**
 * Values that have another number than before: stored ones, and code that is not replaced, mean the old. All constants of a unit share one
 * name space, so that those of an enum without a name are compared too. New constants change nothing that exists.
 */
export function compareEnums(original: Btf, patched: Btf): LayoutChange[] {
  const before = new Map(enumsOf(original).flatMap((type) => [...type.values].map(([name]) => [name, type] as const)))
  return enumsOf(patched).flatMap((type): LayoutChange[] => {
    const members = [...type.values].flatMap(([member, value]): MemberChange[] => {
      const old = before.get(member)
      const was = old?.values.get(member)
      if (old === undefined || was === undefined || was === value || isBound(member, old, type)) return []
      return [{ change: 'renumbered', member, old: Number(was), new: Number(value) }]
    })
    const [first] = members
    if (first === undefined) return []
    const oldSize = before.get(first.member)?.size ?? type.size
    const name = type.name === '' ? first.member : type.name
    const place = { kind: 'enum', values: type.values } as const
    return [{ kind: type.isTypedef ? 'typedef' : 'enum', name, oldSize, newSize: type.size, members, place }]
  })
}

/** How many there are: it grows with every new value, nobody stores it, and an array that it sizes is compared as an array. */
function isBound(name: string, before: Enum, after: Enum): boolean {
  const sounds = /(^|_)(MAX|LAST|NUM|NR|N|CNT|COUNT|END|TOTAL|SIZE)(_|$)/i.test(name)
  return sounds && isLast(name, before) && isLast(name, after)
}

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
