import { type UnitCommand, plainPath } from './unit-commands.ts'

export interface ShadowPlanInput {
  readonly changedFiles: ReadonlyMap<string, unknown>
  readonly units: readonly UnitCommand[]
  readonly upwardIncludes: Readonly<Record<string, number>>
}

/**
 * Which folders of a shadow tree must be real, by their path in the tree; the root is the empty string.
 * A folder that is a link leads `../` back into the unchanged tree, so besides the folders on the way to changed files these are real:
 * those of the units, those whose files include `../` into a folder with changes, those that an include path leaves by `..`, and include/trace,
 * from which the trace headers of all subsystems are included.
 */
export function planShadow({ changedFiles, units, upwardIncludes }: ShadowPlanInput): Set<string> {
  const changed = new Set([...changedFiles.keys()].flatMap((path) => foldersAbove(path)))
  const upward = Object.entries(upwardIncludes).flatMap(([folder, levels]) => {
    const reached = foldersAbove(folder).slice(0, levels)
    return reached.some((above) => changed.has(above)) ? [folder] : []
  })
  const searched = units.flatMap((unit) => unit.compiler).filter((word) => word.includes('/..'))
  const left = [...new Set(searched)].flatMap((word) => foldersOnTheWay(word.replace(/^-I/, '')).slice(0, -1))
  const wanted = [
    'include/trace',
    ...units.flatMap((unit) => foldersOnTheWay(folderOf(unit.source))),
    ...upward,
    ...left.filter((path) => !/^(\/|\.\.)/.test(path)),
  ]
  return new Set([...changed, ...wanted.flatMap((folder) => [folder, ...foldersAbove(folder)])])
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : ''
}

/** The folders that a path leads through before each `..`, and the one where it ends: `a/b/../c` goes through `a/b` to `a/c`. */
function foldersOnTheWay(path: string): string[] {
  const turns = [...path.matchAll(/\/\.\.(?=\/|$)/g)].map(({ index }) => path.slice(0, index))
  return [...turns, path].map(plainPath)
}

/** `a/b/c` to `a/b`, `a`, and the root. */
function foldersAbove(path: string): string[] {
  const folders: string[] = []
  for (let folder = path; folder !== '';) {
    folder = folderOf(folder)
    folders.push(folder)
  }
  return folders
}
