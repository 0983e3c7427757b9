import { readFile } from 'node:fs/promises'
import { parse } from 'smol-toml'
import { fileFault } from './files.ts'

export type TomlFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'read'; readonly tables: Readonly<Record<string, unknown>> }
  /** What is wrong with it, with line and column. */
  | { readonly kind: 'malformed'; readonly finding: string }

/** Faults: io/permission, io/failed. */
export async function readTomlFile(path: string): Promise<TomlFile> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' }
    throw fileFault('read', path, error)
  }
  try {
    return { kind: 'read', tables: parse(text) }
  } catch (error) {
    return { kind: 'malformed', finding: (error as Error).message.split('\n')[0] ?? '' }
  }
}
