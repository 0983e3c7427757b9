import { Fault } from '../core/base/mod.ts'
import { readBytes } from '../io/files.ts'

/** Patches as text; patches and kernel sources are read as UTF-8. Faults: io/missing, source/malformed for what is too large to be a fix. */
export async function readPatches(files: readonly string[]): Promise<{ readonly file: string; readonly text: string }[]> {
  return Promise.all(files.map(async (file) => ({ file, text: decodePatch(await readBytes(file), file) })))
}

function decodePatch(bytes: Uint8Array, file: string): string {
  if (bytes.length > 64 * 2 ** 20)
    throw new Fault('source/malformed', `Cannot read a patch of ${bytes.length} bytes: no fix is that large`, { in: file })
  return Buffer.from(bytes).toString('utf8')
}
