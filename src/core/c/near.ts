/** The folder that a file lies in, with a slash at its end; nothing for one at the root. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/** In one folder, or in one below the other's: what a whole update does elsewhere is another fix. */
export function areNear(one: string, other: string): boolean {
  return folderOf(one).startsWith(folderOf(other)) || folderOf(other).startsWith(folderOf(one))
}
