import { areNear, folderOf } from '../c/mod.ts'
import type { Atom, AtomItem } from './atoms.ts'

/** Why two atoms belong together. */
export interface Link {
  readonly from: string
  readonly to: string
  /** The name that they share. */
  readonly name: string
  readonly kind: 'defines' | 'calls' | 'counts' | 'state' | 'shares'
}

/** In how many changed files an identifier may be edited and still be taken for one fix's own. */
const RARE_FILES = 3
/** The same for a member of a type: past this, namesakes in other types are likelier, but in its own file. The compiler finds the users that are left. */
const MEMBER_FILES = 6

/**
 * Atoms that must be taken together or not at all, by evidence in the text:
 * an atom that mentions on its edited lines what another one defines, removes or gives another form ("defines");
 * an atom whose edited lines mention a function whose body another one changes, and an atom anywhere in whose function one of the same file is mentioned
 * ("calls": its return convention, or what it does for its callers, may have changed);
 * atoms of one file of which one takes a reference more and the other drops one more ("counts");
 * atoms of one folder that use an identifier more or less often than before, which hardly any other file of the update edits ("state" where it is a
 * member of objects, else "shares").
 */
export function linkAtoms(atoms: readonly Atom[]): Link[] {
  const code = atoms.filter((atom) => atom.isCode)
  const mentioning = new Map<string, Atom[]>()
  for (const atom of code) {
    for (const name of atom.mentions.keys()) {
      const known = mentioning.get(name) ?? []
      known.push(atom)
      mentioning.set(name, known)
    }
  }
  return [...definitionLinks(code, mentioning), ...neighbourLinks(code), ...countLinks(code), ...sharedLinks(mentioning)]
}

function definitionLinks(atoms: readonly Atom[], mentioning: ReadonlyMap<string, readonly Atom[]>): Link[] {
  const links: Link[] = []
  const definitions = Map.groupBy(
    atoms.flatMap((atom) => atom.items.flatMap((item) => definedBy(item, atom).map((name) => ({ atom, item, name })))),
    ({ name }) => name,
  )
  for (const [name, defining] of definitions) {
    for (const { atom, item } of defining) {
      const isLocal = item.region.isStatic && atom.file.endsWith('.c')
      const reaches = (other: Atom) => other !== atom && (!isLocal || other.file === atom.file)
      const isMember = item.region.kind === 'type' && !item.region.names.includes(name)
      const isKept = isMember && (atom.mentions.get(name) ?? 0) === 0
      const near = (other: Atom) => other.file.startsWith(folderOf(atom.file))
      const edited = (mentioning.get(name) ?? []).filter((other) => !isKept || near(other))
      // The length of a name as a byte more: what checks it stands on one line, what stores it on another that stays.
      const around = isKept && isRetyped(name, atom) ? atoms.filter((other) => near(other) && other.around.has(name)) : []
      const mentions = [...new Set([...edited, ...around])]
      const isCommon = isMember && new Set(edited.map((other) => other.file)).size > MEMBER_FILES
      const users = mentions.filter(
        (other) => reaches(other) && (!isMember || isNewUse(atom, other, name)) && (!isCommon || other.file === atom.file),
      )
      const kind = item.change === 'body' ? 'calls' : 'defines'
      for (const user of users) links.push({ from: atom.id, to: user.id, name, kind })
      // Definition and declaration of one thing, wherever they stand.
      for (const other of defining)
        if (reaches(other.atom) && item.change !== 'body' && !isCommon)
          links.push({ from: atom.id, to: other.atom.id, name, kind: 'defines' })
    }
  }
  return links
}

/** A member that a type gains or loses belongs to those who use it more, or less. */
function isNewUse(type: Atom, user: Atom, name: string): boolean {
  const gained = type.mentions.get(name) ?? 0
  const used = user.mentions.get(name) ?? 0
  // Of a member that is given another type, every use may be another one.
  return gained > 0 ? used > 0 : gained < 0 ? used < 0 : true
}

function definedBy({ region, change }: AtomItem, atom: Atom): readonly string[] {
  switch (region.kind) {
    case 'include':
    case 'conditional':
      return []
    case 'type':
      // An old type's own name stands on many lines; its members that come, go or get another type are what its users share.
      return change === 'interface'
        ? [...atom.declared].filter((name) => (atom.mentions.get(name) ?? 0) !== 0 || isRetyped(name, atom))
        : region.names
    case 'enum':
      return change === 'interface' ? region.names.filter((name) => (atom.mentions.get(name) ?? 0) !== 0) : region.names
    default:
      return region.names
  }
}

/** A member that is only moved within its type stands in one and the same declaration before and after. */
function isRetyped(name: string, { gone, come }: Atom): boolean {
  const isIn = (statements: ReadonlySet<string>) => [...statements].some((statement) => memberOf(statement) === name)
  return isIn(gone) && isIn(come)
}

/** `int ( * reset ) ( … )`, `unsigned int count`, `u8 flag : 1`, `long ids [ 4 ]`. */
function memberOf(declaration: string): string | undefined {
  return /\( \* (\w+) \)/.exec(declaration)?.[1] ?? /(\w+)(?: [:[].*)?$/.exec(declaration)?.[1]
}

/** A function that changes, and what changes in those of its file that lead to it. */
function neighbourLinks(atoms: readonly Atom[]): Link[] {
  return [...Map.groupBy(atoms, (atom) => atom.file).values()].flatMap((own) =>
    own.flatMap((atom) =>
      atom.items
        .filter(({ region }) => region.kind === 'function')
        .flatMap(({ region: { name } }) =>
          own.flatMap((other): Link[] =>
            other !== atom && other.around.has(name) ? [{ from: atom.id, to: other.id, name, kind: 'calls' }] : [],
          ),
        ),
    ),
  )
}

const TAKES = /(^|_)(get|tryget|grab|hold|inc|ref)(_|$)/
const DROPS = /(^|_)(put|drop|dec|unref)(_|$)/

function countLinks(atoms: readonly Atom[]): Link[] {
  return [...Map.groupBy(atoms, (atom) => atom.file).values()].flatMap((own) => {
    const taking = own.filter((atom) => isMore(TAKES, atom) && !isMore(DROPS, atom))
    const dropping = own.filter((atom) => isMore(DROPS, atom) && !isMore(TAKES, atom))
    return taking.flatMap((from) => dropping.map((to): Link => ({ from: from.id, to: to.id, name: nameOf(DROPS, to), kind: 'counts' })))
  })
}

function isMore(names: RegExp, { mentions }: Atom): boolean {
  return [...mentions].reduce((sum, [name, count]) => (names.test(name) ? sum + count : sum), 0) > 0
}

function nameOf(names: RegExp, { mentions }: Atom): string {
  return [...mentions].find(([name, count]) => count > 0 && names.test(name))?.[0] ?? ''
}

/** What lies farther apart and belongs together shares a definition, and local names are alike everywhere. */
function sharedLinks(mentioning: ReadonlyMap<string, readonly Atom[]>): Link[] {
  return [...mentioning].flatMap(([name, atoms]): Link[] => {
    if (new Set(atoms.map((atom) => atom.file)).size > RARE_FILES) return []
    const users = atoms.filter((atom) => (atom.mentions.get(name) ?? 0) !== 0 || atom.guarded.has(name))
    return users.flatMap((from, rank) =>
      users.slice(rank + 1).flatMap((to): Link[] => {
        const isState = from.members.has(name) && to.members.has(name)
        return areNear(from.file, to.file) ? [{ from: from.id, to: to.id, name, kind: isState ? 'state' : 'shares' }] : []
      }),
    )
  })
}

/** For each atom those that it is linked to, directly or through others, itself included. */
export function componentsOf(atoms: readonly Atom[], links: readonly Link[]): Map<string, readonly string[]> {
  const neighbours = new Map<string, string[]>(atoms.map((atom) => [atom.id, []]))
  for (const { from, to } of links) {
    neighbours.get(from)?.push(to)
    neighbours.get(to)?.push(from)
  }
  const components = new Map<string, readonly string[]>()
  for (const { id } of atoms) {
    if (components.has(id)) continue
    const members = new Set([id])
    for (const member of members) for (const next of neighbours.get(member) ?? []) members.add(next)
    const list = [...members]
    for (const member of list) components.set(member, list)
  }
  return components
}
