/** A type that the patch changes: objects that exist already, and code that is not replaced, go by the old one. */
export interface LayoutChange {
  readonly kind: 'struct' | 'union' | 'enum' | 'typedef'
  /** The tag; for a tagless type the name of its typedef; for an enum without either its first changed value. */
  readonly name: string
  /** What it was before, where the patch gives it another name or makes a union of a struct. */
  readonly was?: string | undefined
  /** In bytes. */
  readonly oldSize: number
  readonly newSize: number
  readonly members: readonly MemberChange[]
  /** Where the changed type first differs, for those who want to move it further. */
  readonly place: ChangePlace
}

export interface MemberChange {
  /** What has `grown` is a bound of an enum, which counts its values. */
  readonly change: 'added' | 'removed' | 'moved' | 'resized' | 'retyped' | 'renumbered' | 'grown'
  /** Members of anonymous inner structs by their own name. */
  readonly member: string
  /** Bit offset, or the value of an enum; absent for what was not there. */
  readonly old?: number | undefined
  readonly new?: number | undefined
  /** Size in bits; only of what was resized. */
  readonly oldBits?: number | undefined
  readonly newBits?: number | undefined
}

export type ChangePlace =
  /** Before the member that holds one of these names; at the end when there are none. */
  | { readonly kind: 'struct'; readonly before: readonly string[] }
  /** The changed members, each by one of its names. */
  | { readonly kind: 'union'; readonly members: readonly (readonly string[])[] }
  /** A number, or an array of them, by its typedef. */
  | { readonly kind: 'scalar' }
  /** All values as they are in the changed enum, and as they were. */
  | { readonly kind: 'enum'; readonly values: ReadonlyMap<string, bigint>; readonly before: ReadonlyMap<string, bigint> }

/** `struct sock`; a typedef has no word before it. */
export function nameOfLayout({ kind, name }: Pick<LayoutChange, 'kind' | 'name'>): string {
  return kind === 'typedef' ? name : `${kind} ${name}`
}

/** A bound alone: no value means something else, but there is room for fewer of them in what exists. */
export function isGrownBound({ members }: LayoutChange): boolean {
  return members.length > 0 && members.every(({ change }) => change === 'grown')
}

/** An enum's change as the original source has it: the values that it has and the patched one does not. */
export function asInOriginal(change: LayoutChange): LayoutChange | undefined {
  if (change.place.kind !== 'enum') return undefined
  const removed = change.members.filter((member) => member.change === 'removed')
  const members = removed.map((member): MemberChange => ({ ...member, change: 'renumbered' }))
  return { ...change, members, place: { ...change.place, values: change.place.before } }
}

/** `80 bytes become 88: a added at offset 80; b moved from offset 8 to 16`. */
export function formatLayoutChange(change: LayoutChange, limit = 6): string {
  const sizes = change.oldSize === change.newSize ? `${change.oldSize} bytes as before` : `${change.oldSize} bytes become ${change.newSize}`
  const order: readonly MemberChange['change'][] = ['added', 'removed', 'resized', 'retyped', 'renumbered', 'grown', 'moved']
  const lines = change.members
    .toSorted((a, b) => order.indexOf(a.change) - order.indexOf(b.change))
    .slice(0, limit)
    .map((member) => (change.place.kind === 'enum' ? formatValue(member) : formatMember(member)))
  const rest = change.members.length > limit ? [`and ${change.members.length - limit} more`] : []
  const was = change.was === undefined ? '' : `it was ${change.was}, `
  const head = change.place.kind === 'enum' ? 'values change' : `${was}${sizes}`
  return lines.length === 0 ? head : `${head}: ${[...lines, ...rest].join('; ')}`
}

function formatValue({ member, old, new: now }: MemberChange): string {
  return now === undefined ? `${member}, which was ${old}, is no more` : `${member} was ${old} and becomes ${now}`
}

function formatMember({ change, member, old, new: now, oldBits, newBits }: MemberChange): string {
  switch (change) {
    case 'added':
      return `${member} added at offset ${offset(now)}`
    case 'removed':
      return `${member} removed from offset ${offset(old)}`
    case 'moved':
      return `${member} moved from offset ${offset(old)} to ${offset(now)}`
    case 'resized':
      return `${member} resized from ${size(oldBits)} to ${size(newBits)}`
    case 'retyped':
      return `${member} at offset ${offset(now)} has another type`
    case 'renumbered':
    case 'grown':
      return `${member} was ${old} and becomes ${now}`
  }
}

function offset(bitOffset = 0): string {
  const bits = bitOffset % 8
  return `${Math.floor(bitOffset / 8)}${bits === 0 ? '' : `, bit ${bits}`}`
}

function size(bits = 0): string {
  return bits % 8 === 0 ? `${bits / 8} bytes` : `${bits} bits`
}
