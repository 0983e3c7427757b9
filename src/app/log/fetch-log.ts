import { Fault } from '../../core/base/mod.ts'
import { type Checkpoint, type LogFiles, type Note, openCheckpoint, parseVerifierKey } from '../../core/log/mod.ts'
import { LOG_CHECKPOINT, type RootFacts } from '../../core/trust/mod.ts'
import type { LogPorts } from './ports.ts'

/** With 64 signatures. */
const MAX_CHECKPOINT_BYTES = 16 * 1024

/** The newest checkpoint that the log serves, and its text. Faults: trust/log, trust/metadata, fetch/*. */
export async function fetchCheckpoint(
  { origin, key }: RootFacts['log'],
  ports: LogPorts,
): Promise<{ readonly checkpoint: Checkpoint; readonly note: Note; readonly bytes: Uint8Array }> {
  const bytes = await fetchOfLog(LOG_CHECKPOINT, { maxBytes: MAX_CHECKPOINT_BYTES, origin }, ports)
  const verifier = parseVerifierKey(key, ports.sha256)
  const opened = openCheckpoint(bytes, { key: verifier, origin, path: LOG_CHECKPOINT, verify: ports.verify })
  return { ...opened, bytes }
}

/** Tiles, or bundles of entries, by their paths below the log's folder. Faults: trust/log, fetch/*. */
export async function fetchTiles(
  paths: readonly string[],
  { maxBytes, origin }: { readonly maxBytes: number; readonly origin: string },
  ports: LogPorts,
): Promise<LogFiles> {
  const files = new Map<string, Uint8Array>()
  for (const path of paths) files.set(path, await fetchOfLog(`log/${path}`, { maxBytes, origin }, ports))
  return files
}

async function fetchOfLog(
  path: string,
  { maxBytes, origin }: { readonly maxBytes: number; readonly origin: string },
  ports: LogPorts,
): Promise<Uint8Array> {
  const bytes = await ports.fetch(path, maxBytes)
  if (bytes !== undefined) return bytes
  throw new Fault('trust/log', `Cannot check the log of ${origin}: ${path} is not there`, {
    in: path,
    try: 'try again later, or from another mirror; when it stays so, tell the publisher',
  })
}
