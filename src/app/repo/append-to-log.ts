import { Fault, bytesFromUtf8, hexFromBytes, utf8FromBytes } from '../../core/base/mod.ts'
import {
  type Checkpoint,
  ED25519,
  type LogEntry,
  type LogFiles,
  type Sha256,
  appendEntries,
  checkInclusion,
  edgePaths,
  formatCheckpoint,
  formatEntry,
  formatLeaf,
  formatNote,
  formatVerifierKey,
  makeVerifierKey,
  openCheckpoint,
  parseEntry,
  parseLeaf,
  parseVerifierKey,
  rootOfEdge,
  tilesForInclusion,
} from '../../core/log/mod.ts'
import { LOG_CHECKPOINT, logLeaf } from '../../core/trust/mod.ts'
import type { PublicRoleKey, RepoPorts, RoleKey, Store } from './ports.ts'
import { readNeeded } from './read-repository.ts'

interface Log {
  readonly store: Store
  readonly log: { readonly origin: string; readonly verifier: string; readonly key: RoleKey }
  /** Whether it may be that there is none yet. */
  readonly isNew: boolean
}

/** Adds entries to the log and signs its new checkpoint; what is in it already is not added again. Faults: trust/log, those of the store. */
export async function appendToLog(entries: readonly LogEntry[], to: Log, ports: RepoPorts): Promise<void> {
  const { store, log } = to
  const digest = (content: Uint8Array) => Uint8Array.fromHex(ports.sha256(content))
  const before = await readEdge(to, ports)
  const fresh: LogEntry[] = []
  for (const entry of entries) if (!(await isLogged(entry, before, { store, digest }))) fresh.push(entry)
  if (fresh.length === 0) return
  const bytes = fresh.map(formatEntry)
  const { size, root, files } = appendEntries({ ...before, entries: bytes }, digest)
  for (const [path, content] of files) await store.put(`log/${path}`, content)
  for (const [at, entry] of fresh.entries()) await store.put(logLeaf(entry.sha256), formatLeaf(before.size + at, formatEntry(entry)))
  const text = formatCheckpoint({ origin: log.origin, size, root })
  const { name, id } = parseVerifierKey(log.verifier, digest)
  const note = formatNote({ text, signatures: [{ name, id, bytes: log.key.signBytes(bytesFromUtf8(text)) }] })
  await store.put(LOG_CHECKPOINT, bytesFromUtf8(note))
}

/** A key of this publisher as root names the log's. */
export function verifierKeyOf(origin: string, { key }: PublicRoleKey, ports: Pick<RepoPorts, 'sha256'>): string {
  const sha256 = (content: Uint8Array) => Uint8Array.fromHex(ports.sha256(content))
  return formatVerifierKey(makeVerifierKey({ name: origin, type: ED25519, key: Uint8Array.fromHex(key.keyval.public) }, sha256))
}

/** The checkpoint of the log in a store. Faults: trust/log. */
export function openLog(
  bytes: Uint8Array,
  { origin, verifier }: { readonly origin: string; readonly verifier: string },
  ports: Pick<RepoPorts, 'sha256' | 'keys'>,
) {
  const key = parseVerifierKey(verifier, (content) => Uint8Array.fromHex(ports.sha256(content)))
  const verify = (message: Uint8Array, signature: Uint8Array, raw: Uint8Array) =>
    ports.keys.verify(utf8FromBytes(message) ?? '', {
      key: { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: hexFromBytes(raw) } },
      sig: hexFromBytes(signature),
    })
  return openCheckpoint(bytes, { key, origin, path: LOG_CHECKPOINT, verify }).checkpoint
}

/** What is appended to: the right edge, found to be the checkpoint's. */
async function readEdge({ store, log, isNew }: Log, ports: RepoPorts): Promise<Checkpoint & { readonly edge: LogFiles }> {
  const bytes = await store.read(LOG_CHECKPOINT)
  if (bytes === undefined) {
    if (isNew) return { origin: log.origin, size: 0, root: new Uint8Array(0), edge: new Map() }
    throw new Fault('trust/log', 'Cannot add to the log: it has no checkpoint', {
      in: `${store.place}/${LOG_CHECKPOINT}`,
      try: 'bring it back from a copy: a log that begins anew is refused by every host that has seen it',
    })
  }
  const { size, root } = openLog(bytes, log, ports)
  const edge = new Map<string, Uint8Array>()
  for (const path of edgePaths(size)) edge.set(path, await readNeeded(`log/${path}`, store))
  const found = rootOfEdge(size, edge, (content) => Uint8Array.fromHex(ports.sha256(content)))
  if (hexFromBytes(found) === hexFromBytes(root)) return { origin: log.origin, size, root, edge }
  throw new Fault('trust/log', 'Cannot add to the log: its tiles are not those of its checkpoint', {
    in: `${store.place}/log`,
    try: 'bring it back from a copy: kmend repo verify says what else is damaged',
  })
}

/** Whether the tree has the entry. A hint says so, too, that a publisher left which was killed before its checkpoint; another entry may have come to that place since. */
async function isLogged(
  { sha256 }: LogEntry,
  checkpoint: Checkpoint,
  { store, digest }: { readonly store: Store; readonly digest: Sha256 },
): Promise<boolean> {
  const path = logLeaf(sha256)
  const hint = await store.read(path)
  if (hint === undefined) return false
  const files = new Map<string, Uint8Array>()
  try {
    const { index, entry } = parseLeaf(hint, path)
    if (index >= checkpoint.size || parseEntry(entry, path).sha256 !== sha256) return false
    for (const tile of tilesForInclusion(index, checkpoint.size)) files.set(tile, await readNeeded(`log/${tile}`, store))
    checkInclusion({ entry, index, checkpoint, files }, digest)
    return true
  } catch (error) {
    if (error instanceof Fault && error.code === 'trust/log') return false
    throw error
  }
}
