import { type Btf, type BtfId, resolveBtfType } from '../kernel/mod.ts'
import { type LayoutChange, nameOfLayout } from './layout-change.ts'

/** Names by which a unit's source can go by the changed part of a type, and by nothing else that the unit knows. */
export interface TellingNames {
  readonly kind: 'members' | 'constants'
  /** Of what was removed, in the original source. */
  readonly original: readonly string[]
  /** Of all else that changed, in the patched source. */
  readonly patched: readonly string[]
}

/** By `nameOfLayout`. A member's name that another type has too tells nothing, as the text alone does not say of which type an object is. */
export function tellingNames(changes: readonly LayoutChange[], original: Btf, patched: Btf): ReadonlyMap<string, TellingNames> {
  const wanted = new Set(changes.flatMap(({ members }) => members.map(({ member }) => member)))
  const before = ownersOf(original, wanted)
  const after = ownersOf(patched, wanted)
  return new Map(
    changes.map((change) => {
      const owned = ({ btf, owners }: Owned, isRemoved: boolean) => {
        const type = onlyTypeOf(btf, change)
        const names = change.members.filter((member) => (member.change === 'removed') === isRemoved).map(({ member }) => member)
        return type === undefined ? [] : names.filter((name) => owners.get(name)?.size === 1 && owners.get(name)?.has(type))
      }
      const names: TellingNames =
        change.place.kind === 'enum'
          ? { kind: 'constants', original: [], patched: change.members.map(({ member }) => member).filter(isConstantsName) }
          : {
              kind: 'members',
              original: owned({ btf: original, owners: before }, true),
              patched: owned({ btf: patched, owners: after }, false),
            }
      return [nameOfLayout(change), names]
    }),
  )
}

/** As no variable is called, which would hide the constant. */
function isConstantsName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]+$/.test(name)
}

interface Owned {
  readonly btf: Btf
  readonly owners: ReadonlyMap<string, ReadonlySet<BtfId>>
}

/** The struct or union of a change; undefined when there are several of its name, as in functions. */
function onlyTypeOf(btf: Btf, { kind, name }: LayoutChange): BtfId | undefined {
  const found = (btf.idsByName.get(name) ?? []).flatMap((id) => {
    const type = btf.types[id]
    if (type?.kind !== kind) return []
    return [type.kind === 'typedef' ? type.target : id]
  })
  return found.length === 1 ? found[0] : undefined
}

/** The structs and unions that have a member of a name: those inside without a name count as the one that they are in. */
function ownersOf(btf: Btf, wanted: ReadonlySet<string>): Map<string, Set<BtfId>> {
  const owners = new Map<string, Set<BtfId>>()
  const inside = namelessInside(btf)
  const walk = (owner: BtfId, id: BtfId, depth: number) => {
    const type = resolveBtfType(btf, id)
    if ((type.kind !== 'struct' && type.kind !== 'union') || depth > 16) return
    for (const member of type.members) {
      if (member.name === '') walk(owner, member.type, depth + 1)
      else if (wanted.has(member.name)) owners.set(member.name, (owners.get(member.name) ?? new Set()).add(owner))
    }
  }
  for (const [id, type] of btf.types.entries()) {
    if ((type.kind === 'struct' || type.kind === 'union') && !inside.has(type)) walk(id, id, 0)
  }
  return owners
}

function namelessInside(btf: Btf): Set<unknown> {
  return new Set(
    btf.types.flatMap((type) =>
      type.kind === 'struct' || type.kind === 'union'
        ? type.members.filter(({ name }) => name === '').map((member) => resolveBtfType(btf, member.type))
        : [],
    ),
  )
}
