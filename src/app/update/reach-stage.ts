import { isRunning, unitsOfSource } from '../../core/kernel/mod.ts'
import { readCFile } from '../../core/c/mod.ts'
import { type Atom, type Blame, MADE_NAMES, collectMentions, makesNames, mayMoveMembers, namesGivenBy } from '../../core/update/mod.ts'
import { type BuildKernel, FAR_UNITS } from '../build/mod.ts'
import type { SourceFile } from './difference.ts'
import type { IncludeReach } from './include-reach.ts'
import type { UpdatePorts } from './ports.ts'

/** Up to so many units, all that include a header are compiled when a type of it changes; past it, such a change is left out. */
const NARROW = 40

export interface Reach {
  /** Sources of the units whose code an atom may change. */
  readonly unitsOf: ReadonlyMap<string, ReadonlySet<string>>
  /** Atoms of headers that must be left out before anything is compiled. */
  readonly blames: readonly Blame[]
}

/** Which units each atom can reach: those of its own file; those that include its header and, when they are many, mention what leads to it. */
export async function findReach(
  files: readonly SourceFile[],
  { includersOf, sources }: IncludeReach,
  kernel: BuildKernel,
  ports: UpdatePorts,
): Promise<Reach> {
  const unitsOf = new Map<string, ReadonlySet<string>>()
  const blames: Blame[] = []
  const wide: { atom: Atom; file: SourceFile; own: readonly string[]; including: readonly string[] }[] = []
  for (const file of files) {
    const own = file.role === 'unit' ? [file.path] : []
    const including = [...reachedBy(file, files, includersOf)].filter((path) => sources.has(path))
    for (const atom of file.atoms.filter((candidate) => candidate.isCode)) {
      const moves = mayMoveMembers(file.before, file.after, atom)
      const isStructural = moves || atom.items.some(({ region }) => region.kind === 'conditional')
      // What a C file is part of need not mention anything of it.
      if (including.length === 0 || file.path.endsWith('.c')) unitsOf.set(atom.id, new Set([...own, ...including]))
      else if (isStructural && including.length <= NARROW) unitsOf.set(atom.id, new Set([...own, ...including]))
      else if (moves) {
        unitsOf.set(atom.id, new Set(own))
        blames.push(
          blame(
            atom,
            'layout-changed',
            `members of a type that ${including.length} units can see come, go or move: objects that exist have the old layout`,
          ),
        )
      } else wide.push({ atom, file, own, including })
    }
  }
  const texts = await readWords(
    wide.map(({ file }) => file),
    includersOf,
    sources,
    kernel,
    ports,
  )
  const namesOf = new Map<Atom, ReadonlySet<string> | undefined>()
  for (const { atom, file } of wide) namesOf.set(atom, await texts.namesLeadingTo(atom, includersOf(file.path)))
  const mentioning = await texts.unitsThatMention(new Set([...namesOf.values()].flatMap((names) => [...(names ?? [])])))
  for (const { atom, own, including } of wide) {
    const allowed = new Set(including)
    const names = namesOf.get(atom)
    const leading =
      names === undefined
        ? including
        : [...new Set([...names].flatMap((name) => mentioning.get(name) ?? []))].filter((unit) => allowed.has(unit))
    unitsOf.set(atom.id, new Set([...own, ...leading]))
    if (leading.length > FAR_UNITS)
      blames.push(
        blame(
          atom,
          'far-reaching',
          `code of ${leading.length} units may hold it, more than the ${FAR_UNITS} that a live patch should replace for one edit of a header`,
        ),
      )
  }
  return { unitsOf, blames }
}

/** A header that is new is reached through the files of the update that include it. */
function reachedBy(file: SourceFile, files: readonly SourceFile[], includersOf: IncludeReach['includersOf']): Set<string> {
  if (file.kind !== 'created') return new Set(includersOf(file.path))
  const base = file.path.slice(file.path.lastIndexOf('/') + 1)
  const including = files.filter((other) =>
    other.atoms.some((atom) => atom.items.some(({ region }) => region.kind === 'include' && region.name.endsWith(base))),
  )
  return new Set(including.flatMap((other) => [other.path, ...includersOf(other.path)]))
}

function blame(atom: Atom, code: string, reason: string): Blame {
  return { atom: atom.id, why: { code, reason } }
}

/** Past so many names that lead to an edit, it is in everything. */
const MANY_NAMES = 400

/** Reads the headers that may lead to edits of others, once, and the units when the names are known. */
async function readWords(
  edited: readonly SourceFile[],
  includersOf: IncludeReach['includersOf'],
  sources: ReadonlySet<string>,
  kernel: BuildKernel,
  ports: UpdatePorts,
) {
  const changed = new Map(edited.map((file) => [file.path, file]))
  const folders = new Set([...sources].flatMap(foldersAbove))
  const isNear = (path: string) => /(^|\/)include\//.test(path) || folders.has(path.slice(0, path.lastIndexOf('/')))
  // What a unit's own source mentions leads into that unit alone, unless another includes it.
  const isIncluded = (path: string) => !sources.has(path) || includersOf(path).size > 0
  const headers = new Set([...changed.keys()].flatMap((path) => [path, ...[...includersOf(path)].filter(isNear)]).filter(isIncluded))
  const read = async (path: string) =>
    [
      (await ports.files.exists(`${kernel.paths.tree}/${path}`)) ? await ports.files.readText(`${kernel.paths.tree}/${path}`) : '',
      ...(changed.get(path)?.after.lines ?? []),
    ].join('\n')
  const headersWith = new Map<string, string[]>()
  ports.progress(`reach: reading ${headers.size} headers`)
  for (const path of headers) {
    for (const word of new Set((await read(path)).match(WORD))) {
      const known = headersWith.get(word)
      if (known === undefined) headersWith.set(word, [path])
      else known.push(path)
    }
  }
  const mentions = new Map<string, ReadonlyMap<string, ReadonlySet<string>>>()
  const mentionsOf = async (path: string) => {
    const found = mentions.get(path) ?? collectMentions(readCFile(await read(path)))
    mentions.set(path, found)
    return found
  }
  return {
    /** Its own names, and those of what in headers leads there; undefined when they are too many to follow, or names that the text does not have. */
    async namesLeadingTo(atom: Atom, includers: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
      if (atom.items.some(({ region }) => region.kind === 'conditional' || makesNames(region))) return undefined
      const names = namesGivenBy(atom)
      for (const name of names) {
        if (names.size > MANY_NAMES || names.has(MADE_NAMES)) return undefined
        for (const path of headersWith.get(name) ?? []) {
          if (path !== atom.file && !includers.has(path)) continue
          for (const next of (await mentionsOf(path)).get(name) ?? []) names.add(next)
        }
      }
      return names
    },
    async unitsThatMention(names: ReadonlySet<string>): Promise<Map<string, string[]>> {
      ports.progress(`reach: reading ${sources.size} units for ${names.size} names`)
      const units = new Map<string, string[]>()
      for (const path of sources) {
        for (const word of new Set((await read(path)).match(WORD))) {
          if (!names.has(word)) continue
          const known = units.get(word)
          if (known === undefined) units.set(word, [path])
          else known.push(path)
        }
      }
      return units
    },
  }
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

const WORD = /[A-Za-z_]\w*/g

/** The units behind sources, in one order, whichever way they were found: the module has its parts in it. */
export function unitsOfSources(kernel: BuildKernel, sources: Iterable<string>) {
  return [...sources]
    .toSorted()
    .flatMap((source) => unitsOfSource(kernel.commands, source))
    .filter(isRunning)
}
