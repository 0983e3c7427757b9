import { type KeyObject, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import {
  appendEntries,
  ED25519,
  formatCheckpoint,
  formatEntry,
  formatLeaf,
  formatNote,
  formatVerifierKey,
  type LogEntry,
  LOG_SCHEMA,
  makeVerifierKey,
} from '../../src/core/log/mod.ts'
import type { LogPorts } from '../../src/app/log/mod.ts'
import { sha256, verify } from './log-specimen.ts'

const ORIGIN = 'example.org/log'

/** Whoever holds a log's key, and may sign what they like with it. */
export interface LogSigner {
  readonly key: KeyObject
  readonly log: { readonly origin: string; readonly key: string }
}

export function makeLogSigner(): LogSigner {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const key = new Uint8Array(Buffer.from(x, 'base64url'))
  return { key: privateKey, log: { origin: ORIGIN, key: formatVerifierKey(makeVerifierKey({ name: ORIGIN, type: ED25519, key }, sha256)) } }
}

/** The files of a log of these entries, by their paths below the repository's address. */
export function logFiles(entries: readonly LogEntry[], { key, log }: LogSigner): Map<string, Uint8Array> {
  const written = entries.map(formatEntry)
  const files = new Map(written.map((entry, at) => [`log/leaf/${entries[at]?.sha256}`, formatLeaf(at, entry)]))
  const tree = appendEntries({ size: 0, edge: new Map(), entries: written }, sha256)
  for (const [path, content] of tree.files) files.set(`log/${path}`, content)
  const text = formatCheckpoint({ origin: log.origin, size: tree.size, root: tree.root })
  const [name = '', id = ''] = log.key.split('+')
  const signature = { name, id, bytes: new Uint8Array(sign(null, Buffer.from(text), key)) }
  return files.set('log/checkpoint', new TextEncoder().encode(formatNote({ text, signatures: [signature] })))
}

export function logEntry(change: Partial<LogEntry> & Pick<LogEntry, 'role' | 'version' | 'sha256'>): LogEntry {
  return { schema: LOG_SCHEMA, timeMs: 1_700_000_000_000, act: 'publish', repository: 'kernels/one', bundles: [], reason: null, ...change }
}

export function logPorts(files: ReadonlyMap<string, Uint8Array>): LogPorts {
  return { fetch: (path) => Promise.resolve(files.get(path)), sha256, verify }
}
