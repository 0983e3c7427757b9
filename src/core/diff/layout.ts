import { type Btf, type BtfMember, type BtfStruct, findStruct, sizeOfBtfType } from '../kernel/mod.ts'

/** A struct or union whose layout the patch changes: objects that exist already have the old one. */
export interface LayoutChange {
  /** `struct sock` without the `struct`. */
  readonly name: string
  readonly oldSize: number
  readonly newSize: number
  /** One line per member that was added, removed, moved or resized. */
  readonly members: readonly string[]
}

/** Compares every named struct and union that both compilations know. */
export function compareLayouts(original: Btf, patched: Btf): LayoutChange[] {
  const names = new Set(
    original.types.flatMap((type) => ((type.kind === 'struct' || type.kind === 'union') && type.name !== '' ? [type.name] : [])),
  )
  return [...names].flatMap((name): LayoutChange[] => {
    const before = findStruct(original, name)
    const after = findStruct(patched, name)
    if (before === undefined || after === undefined) return []
    const members = compareMembers({ btf: original, struct: before }, { btf: patched, struct: after })
    if (members.length === 0 && before.size === after.size) return []
    return [{ name, oldSize: before.size, newSize: after.size, members }]
  })
}

interface Side {
  readonly btf: Btf
  readonly struct: BtfStruct
}

interface Place {
  readonly bitOffset: number
  readonly bits: number
}

function compareMembers(before: Side, after: Side): string[] {
  const old = flatten(before)
  const now = flatten(after)
  const lines: string[] = []
  for (const [name, place] of old) {
    const other = now.get(name)
    if (other === undefined) lines.push(`${name} removed from offset ${show(place)}`)
    else if (other.bitOffset !== place.bitOffset) lines.push(`${name} moved from offset ${show(place)} to ${show(other)}`)
    else if (other.bits !== place.bits) lines.push(`${name} resized from ${place.bits / 8} to ${other.bits / 8} bytes`)
  }
  for (const [name, place] of now) if (!old.has(name)) lines.push(`${name} added at offset ${show(place)}`)
  return lines
}

/** Members by name, those of anonymous inner structs and unions too; a nameless rest is named by its rank. */
function flatten({ btf, struct }: Side, base = 0, into = new Map<string, Place>(), depth = 0): Map<string, Place> {
  struct.members.forEach((member: BtfMember, index) => {
    const type = btf.types[member.type]
    const bitOffset = base + member.bitOffset
    if (member.name === '' && (type?.kind === 'struct' || type?.kind === 'union') && depth < 16) {
      flatten({ btf, struct: type }, bitOffset, into, depth + 1)
    } else {
      const bits = member.bitSize !== 0 ? member.bitSize : 8 * (sizeOfBtfType(btf, member.type) ?? 0)
      into.set(member.name === '' ? `member ${index}` : member.name, { bitOffset, bits })
    }
  })
  return into
}

function show({ bitOffset }: Place): string {
  const bits = bitOffset % 8
  return `${Math.floor(bitOffset / 8)}${bits === 0 ? '' : `, bit ${bits}`}`
}
