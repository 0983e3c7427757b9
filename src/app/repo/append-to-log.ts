import { Fault, bytesFromUtf8, hexFromBytes, invariant } from '../../core/base/mod.ts'
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
  parseEntry,
  parseLeaf,
  parseVerifierKey,
  rootOfEdge,
  tilesForInclusion,
} from '../../core/log/mod.ts'
import { LOG_CHECKPOINT, logLeaf } from '../../core/trust/mod.ts'
import { checkGrown } from '../log/mod.ts'
import { logPorts, openLog } from './open-log.ts'
import type { PublicRoleKey, RepoPorts, RoleKey, Store } from './ports.ts'
import { readNeeded } from './read-repository.ts'

interface Log {
  readonly store: Store
  readonly log: {
    readonly origin: string
    /** Whose signature its checkpoint has, and is to have: that of its key, and while the key changes that of the former one, too, where it is here. */
    readonly signers: readonly { readonly verifier: string; readonly key: RoleKey | undefined }[]
  }
  /** Whether it may be that there is none yet. */
  readonly isNew: boolean
  /** The checkpoint that was seen last: it must be a continuation of that. */
  readonly kept: Checkpoint | undefined
}

/** Adds entries to the log and signs its new checkpoint, which is returned; what is in it already is not added again. Faults: trust/log, those of the store. */
export async function appendToLog(entries: readonly LogEntry[], to: Log, ports: RepoPorts): Promise<Uint8Array> {
  const { store, log, kept } = to
  const digest = (content: Uint8Array) => Uint8Array.fromHex(ports.sha256(content))
  const before = await readEdge(to, ports)
  if (kept !== undefined) await checkGrown(kept, before, logPorts(store, ports))
  const fresh: LogEntry[] = []
  for (const entry of entries) if (!(await isLogged(entry, before, { store, digest }))) fresh.push(entry)
  if (fresh.length === 0) return before.bytes
  const bytes = fresh.map(formatEntry)
  const { size, root, files } = appendEntries({ ...before, entries: bytes }, digest)
  for (const [path, content] of files) await store.put(`log/${path}`, content)
  for (const [at, entry] of fresh.entries()) await store.put(logLeaf(entry.sha256), formatLeaf(before.size + at, formatEntry(entry)))
  const text = formatCheckpoint({ origin: log.origin, size, root })
  const signatures = log.signers.flatMap(({ verifier, key }) => {
    const { name, id } = parseVerifierKey(verifier, digest)
    return key === undefined ? [] : [{ name, id, bytes: key.signBytes(bytesFromUtf8(text)) }]
  })
  const note = bytesFromUtf8(formatNote({ text, signatures }))
  await store.put(LOG_CHECKPOINT, note)
  return note
}

/** A key of this publisher as root names the log's. */
export function verifierKeyOf(origin: string, { key }: PublicRoleKey, ports: Pick<RepoPorts, 'sha256'>): string {
  const sha256 = (content: Uint8Array) => Uint8Array.fromHex(ports.sha256(content))
  return formatVerifierKey(makeVerifierKey({ name: origin, type: ED25519, key: Uint8Array.fromHex(key.keyval.public) }, sha256))
}

/** What is appended to: the right edge, found to be the checkpoint's. */
async function readEdge(
  { store, log, isNew }: Log,
  ports: RepoPorts,
): Promise<Checkpoint & { readonly edge: LogFiles; readonly bytes: Uint8Array }> {
  const bytes = await store.read(LOG_CHECKPOINT)
  if (bytes === undefined) {
    if (isNew) return { origin: log.origin, size: 0, root: new Uint8Array(0), edge: new Map(), bytes: new Uint8Array(0) }
    throw new Fault('trust/log', 'Cannot add to the log: it has no checkpoint', {
      in: `${store.place}/${LOG_CHECKPOINT}`,
      try: 'bring it back from a copy: a log that begins anew is refused by every host that has seen it',
    })
  }
  const { size, root } = openByAny(bytes, log, ports)
  const edge = new Map<string, Uint8Array>()
  for (const path of edgePaths(size)) edge.set(path, await readNeeded(`log/${path}`, store))
  const found = rootOfEdge(size, edge, (content) => Uint8Array.fromHex(ports.sha256(content)))
  if (hexFromBytes(found) === hexFromBytes(root)) return { origin: log.origin, size, root, edge, bytes }
  throw new Fault('trust/log', 'Cannot add to the log: its tiles are not those of its checkpoint', {
    in: `${store.place}/log`,
    try: 'bring it back from a copy: kmend repo verify says what else is damaged',
  })
}

/** Signed by the former key, by the new one, or by both: a publisher that was killed may have signed it already. */
function openByAny(bytes: Uint8Array, { origin, signers: [first, ...others] }: Log['log'], ports: RepoPorts): Checkpoint {
  invariant(first !== undefined, 'a log has a key')
  try {
    return openLog(bytes, { origin, verifier: first.verifier }, ports)
  } catch (error) {
    if (others.length === 0) throw error
    return openByAny(bytes, { origin, signers: others }, ports)
  }
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
