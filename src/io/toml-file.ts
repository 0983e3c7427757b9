import { readFile } from 'node:fs/promises'
import { parse } from 'smol-toml'
import { fileFault } from './files.ts'

export type TomlText =
  | { readonly kind: 'read'; readonly tables: Readonly<Record<string, unknown>> }
  /** What is wrong with it, with line and column. */
  | { readonly kind: 'malformed'; readonly finding: string }

export type TomlFile = { readonly kind: 'absent' } | TomlText

/** Faults: io/permission, io/failed. */
export async function readTomlFile(path: string): Promise<TomlFile> {
  try {
    return parseToml(await readFile(path, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'absent' }
    throw fileFault('read', path, error)
  }
}

export function parseToml(text: string): TomlText {
  try {
    return { kind: 'read', tables: parse(text) }
  } catch (error) {
    return { kind: 'malformed', finding: (error as Error).message.split('\n')[0] ?? '' }
  }
}
