import { createHash } from 'node:crypto'
import type { DataPorts } from '../../app/data/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import { readText, writeWhole } from '../../io/files.ts'
import { readTomlFile } from '../../io/toml-file.ts'
import { readCveRecords } from '../read-cve-records.ts'
import { readKnownPatch } from '../read-known-patch.ts'

/** The ports of making data for a repository, on this machine. */
export function makeDataPorts(): DataPorts {
  return {
    files: { readText, write: writeWhole },
    readPatch: readKnownPatch,
    readCveRecords,
    readToml,
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    nowMs: () => Date.now(),
  }
}

/** Faults: io/missing, data/coverage. */
export async function readToml(path: string): Promise<Readonly<Record<string, unknown>>> {
  const file = await readTomlFile(path)
  if (file.kind === 'read') return file.tables
  if (file.kind === 'absent') throw new Fault('io/missing', `Cannot read ${path}: there is no such file`, { in: path })
  throw new Fault('data/coverage', `Cannot read ${path}: ${file.finding}`, { in: path, try: 'mend it: it is TOML' })
}
