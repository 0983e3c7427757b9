import type { Atom } from './atoms.ts'
import { type Link, componentsOf } from './links.ts'

/** Why an atom is left out of the live patch. */
export interface LeftOut {
  /** A refusal's code, or one of the update's own. */
  readonly code: LeftOutCode
  readonly reason: string
  /** The atom that had to go and took this one along. */
  readonly with?: string
}

export type LeftOutCode = string

/** What is taken and what is left out so far. A step only ever takes away, so that the rounds end. */
export interface Plan {
  readonly atoms: ReadonlyMap<string, Atom>
  readonly leftOut: ReadonlyMap<string, LeftOut>
}

export interface Bonds {
  /** Atoms that stand or fall together. */
  readonly groups: ReadonlyMap<string, readonly string[]>
  /** Atoms that may belong to the same fix, with the name that they share. */
  readonly shared: ReadonlyMap<string, readonly { readonly other: string; readonly name: string }[]>
  /** For each atom of a group a link that holds it there. */
  readonly reasons: ReadonlyMap<string, Link>
}

export function bondsOf(atoms: readonly Atom[], links: readonly Link[]): Bonds {
  const firm = links.filter((link) => link.kind !== 'shares')
  const shared = new Map<string, { other: string; name: string }[]>()
  for (const { from, to, name } of links.filter((link) => link.kind === 'shares')) {
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const)
      shared.set(one, [...(shared.get(one) ?? []), { other, name }])
  }
  return {
    groups: componentsOf(atoms, firm),
    shared,
    reasons: new Map(firm.flatMap((link) => [[link.to, link] as const, [link.from, link] as const])),
  }
}

export interface Blame {
  readonly atom: string
  readonly why: LeftOut
}

/**
 * Leaves atoms out, with their groups, and with what may belong to the same fix as the blamed one: a whole fix or none of it.
 */
export function leaveOut(plan: Plan, bonds: Bonds, blames: readonly Blame[]): Plan {
  const leftOut = new Map(plan.leftOut)
  const drop = (atom: string, why: LeftOut) => {
    if (!leftOut.has(atom) && plan.atoms.has(atom)) leftOut.set(atom, why)
  }
  for (const { atom, why } of blames) drop(atom, why)
  for (const { atom, why: cause } of blames) {
    for (const member of bonds.groups.get(atom) ?? []) drop(member, follow(member, { atom, why: cause }, plan, bonds))
    if (cause.code === 'not-asked') continue
    for (const { other, name } of bonds.shared.get(atom) ?? []) {
      const why = {
        code: 'belongs-together',
        reason: `it edits uses of ${name} as ${describe(atom, plan)} does, which is left out: they may be one fix`,
        with: atom,
      }
      drop(other, why)
      for (const member of bonds.groups.get(other) ?? []) drop(member, follow(member, { atom: other, why }, plan, bonds))
    }
  }
  return { atoms: plan.atoms, leftOut }
}

function follow(member: string, { atom, why }: Blame, plan: Plan, bonds: Bonds): LeftOut {
  const name = bonds.reasons.get(member)?.name
  const isAsked = why.code !== 'not-asked'
  return {
    code: isAsked ? 'belongs-together' : why.code,
    reason: `it belongs with ${describe(atom, plan)}, which ${isAsked ? 'is left out' : 'was not asked for'}${name === undefined ? '' : ` (by ${name})`}`,
    with: atom,
  }
}

function describe(id: string, { atoms }: Plan): string {
  const atom = atoms.get(id)
  return atom === undefined ? `an edit in ${id}` : `${nameOf(atom)} in ${atom.file}`
}

function nameOf({ items: [first] }: Atom): string {
  return first?.region.name ?? 'an edit'
}

/** The atoms that are still taken. */
export function takenAtoms(plan: Plan): Atom[] {
  return [...plan.atoms.values()].filter(({ id }) => !plan.leftOut.has(id))
}

/** Blames for what lies outside the paths that were asked for. What a header outside has for an asked change, its group holds, stays. */
export function notAsked(atoms: readonly Atom[], bonds: Bonds, only: readonly string[]): Blame[] {
  if (only.length === 0) return []
  const isBelow = ({ file }: Atom) => only.some((path) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`))
  const asked = new Set(atoms.filter(isBelow).map(({ id }) => id))
  return atoms
    .filter((atom) => !isBelow(atom) && (atom.file.endsWith('.c') || !(bonds.groups.get(atom.id) ?? []).some((id) => asked.has(id))))
    .map((atom) => ({ atom: atom.id, why: { code: 'not-asked', reason: 'it lies outside the paths that were asked for' } }))
}

/** Each part that was left out, once, for the manifest. */
export function leftOutNotes({ atoms, leftOut }: Plan): { readonly unit: string; readonly subject: string; readonly text: string }[] {
  return [...leftOut].flatMap(([id, { code, reason }]) => {
    const atom = atoms.get(id)
    return atom === undefined ? [] : [{ unit: atom.file, subject: nameOf(atom), text: `left out of the update (${code}): ${reason}` }]
  })
}
