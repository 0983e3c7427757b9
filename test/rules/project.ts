import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { SourceFile } from './imports.ts'

/** The checkout. */
export const ROOT = join(import.meta.dirname, '../..')

const NOT_OURS: ReadonlySet<string> = new Set(['.git', 'node_modules', 'coverage', 'out'])

/** Paths, relative to the checkout, of all files of the project, sorted. */
export function listFiles(folder = ROOT): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? listFiles(path) : [relative(ROOT, path)]
    })
    .toSorted()
}

export function readProjectFile(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The project's files with one of these endings. */
export function readFiles(...endings: readonly string[]): readonly SourceFile[] {
  return listFiles()
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .map((path) => ({ path, text: readProjectFile(path) }))
}
