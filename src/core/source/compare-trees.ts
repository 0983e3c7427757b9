import type { PatchedFile } from './unified-diff.ts'

/** The files of a source tree: a digest of the content by path in the tree. */
export type FileDigests = ReadonlyMap<string, string>

/** A file that two trees do not have alike. */
export interface ChangedFile {
  readonly path: string
  readonly kind: Exclude<PatchedFile['kind'], 'renamed'>
}

/** What leads from one source tree to another, by path. A file that was moved is one deleted and one created. */
export function compareTrees(older: FileDigests, newer: FileDigests): ChangedFile[] {
  const paths = [...new Set([...older.keys(), ...newer.keys()])].toSorted()
  return paths.flatMap((path): ChangedFile[] => {
    const [before, after] = [older.get(path), newer.get(path)]
    if (before === after) return []
    return [{ path, kind: before === undefined ? 'created' : after === undefined ? 'deleted' : 'modified' }]
  })
}

/** One file a line, as sha256sum prints them. */
export function formatFileDigests(digests: FileDigests): string {
  return [...digests].map(([path, digest]) => `${digest}  ${path}\n`).join('')
}

export function parseFileDigests(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('  '))
  return new Map(lines.map((line) => [line.slice(line.indexOf('  ') + 2), line.slice(0, line.indexOf('  '))]))
}
