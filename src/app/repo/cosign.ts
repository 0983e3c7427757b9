import { Fault, bytesFromUtf8 } from '../../core/base/mod.ts'
import { type Note, findCosigned, formatWitnessed, parseNote, parseWitnessKey, parseWitnessed } from '../../core/log/mod.ts'
import { LOG_CHECKPOINT, LOG_WITNESSED } from '../../core/trust/mod.ts'
import { type Witness, checkGrown, listWitnesses, seenBy } from '../log/mod.ts'
import { logPorts, openLog } from './open-log.ts'
import type { RepoPorts } from './ports.ts'
import { type Publisher, openPublisher } from './publisher.ts'
import { readNeeded } from './read-repository.ts'
import { readOwn } from './seen.ts'

/** How far the witnesses that this publisher names have seen its log. */
export interface Witnessed {
  /** Entries of the log. */
  readonly size: number
  readonly witnesses: readonly Witness[]
}

/**
 * Publishes what witnesses have cosigned, of each its newest. It takes no key, and nothing of the log itself changes.
 * Faults: trust/witness, trust/log, trust/metadata, those of the store.
 */
export async function publishCosigned(folder: string, files: readonly string[], ports: RepoPorts): Promise<Witnessed> {
  const publisher = await openPublisher(folder, ports)
  return publisher.store.withLock(async () => {
    const log = await openOwnLog(publisher, ports)
    const notes: Note[] = []
    for (const file of files) notes.push(await readCosigned(file, log, ports))
    const seen = seenBy(log.witnesses, [...log.published, ...notes], log)
    await publisher.store.put(LOG_WITNESSED, bytesFromUtf8(formatWitnessed([...seen.values()].map(({ note }) => note))))
    return { size: log.newest.size, witnesses: listWitnesses(log.witnesses, seen) }
  })
}

export async function readWitnessed(publisher: Publisher, ports: RepoPorts): Promise<Witnessed> {
  const log = await openOwnLog(publisher, ports)
  return { size: log.newest.size, witnesses: listWitnesses(log.witnesses, seenBy(log.witnesses, log.published, log)) }
}

type OwnLog = Awaited<ReturnType<typeof openOwnLog>>

async function openOwnLog(publisher: Publisher, ports: RepoPorts) {
  const { store, settings } = publisher
  const means = logPorts(store, ports)
  const { root } = await readOwn([], publisher, ports)
  const { origin, key: verifier } = root.signed.kmend.log
  return {
    ...{ origin, means, verify: means.verify },
    newest: openLog(await readNeeded(LOG_CHECKPOINT, store), { origin, verifier }, ports),
    witnesses: settings.witnesses.map((key) => parseWitnessKey(key, means.sha256)),
    published: notesOf(await store.read(LOG_WITNESSED)),
  }
}

/** A file that is damaged is of no use, and no harm: it is written anew. */
function notesOf(published: Uint8Array | undefined): readonly Note[] {
  try {
    return published === undefined ? [] : parseWitnessed(published, LOG_WITNESSED)
  } catch (error) {
    if (error instanceof Fault) return []
    throw error
  }
}

/** What a witness has sent, which must be a state of this log. */
async function readCosigned(file: string, { witnesses, origin, newest, means }: OwnLog, ports: RepoPorts): Promise<Note> {
  const note = parseNote(await ports.files.readBytes(file), file)
  const [found] = witnesses.flatMap((witness) => findCosigned(note, { witness, origin, verify: means.verify }) ?? [])
  if (found === undefined)
    throw new Fault('trust/witness', `Cannot publish this: no witness that is named has cosigned it as a checkpoint of ${origin}`, {
      in: file,
      try: 'the file is what kmend log witness keeps as its state; repo.toml names the keys of the witnesses',
    })
  await checkGrown(found.checkpoint, newest, means)
  return note
}
