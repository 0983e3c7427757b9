import {
  EMPTY_RECORD,
  type HistoryEntry,
  type HostRecord,
  type Journal,
  type Round,
  findPatch,
  formatEntry,
  formatRecord,
  formatRound,
  parseJournal,
  parseRecord,
  parseRound,
  readHistory,
  setAside,
} from '../../core/host/mod.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'

/** What this host keeps: its record, the journal of what is being done, and the history of what was. Each is written whole and synced. */

/** Faults: host/state, io/permission. */
export async function readRecord({ files }: Pick<HostPorts, 'files'>): Promise<HostRecord> {
  return (await files.exists(PATHS.record)) ? parseRecord(await files.readText(PATHS.record), PATHS.record) : EMPTY_RECORD
}

export async function writeRecord(record: HostRecord, { files }: Pick<HostPorts, 'files'>): Promise<void> {
  await files.write(PATHS.record, formatRecord(record))
}

/** Undefined when nothing was cut short. Faults: host/state. */
export async function readJournal({ files }: Pick<HostPorts, 'files'>): Promise<Journal | undefined> {
  return (await files.exists(PATHS.journal)) ? parseJournal(await files.readText(PATHS.journal), PATHS.journal) : undefined
}

export async function writeJournal(journal: Journal, { files }: Pick<HostPorts, 'files'>): Promise<void> {
  await files.write(PATHS.journal, `${JSON.stringify(journal)}\n`)
}

export async function endJournal({ files }: Pick<HostPorts, 'files'>): Promise<void> {
  await files.remove(PATHS.journal)
}

/** A live patch that was on trial is not any more: it is not in the kernel. */
export async function setTrialAside({ release, name }: Pick<Journal, 'release' | 'name'>, ports: HostPorts): Promise<void> {
  const record = await readRecord(ports)
  if (findPatch(record, { release, name })?.standing.kind === 'trial')
    await writeRecord(setAside(record, { release, name }, ports.nowMs()), ports)
}

/** The agent's last round on this boot; null when there was none. Everyone may read it. */
export async function readRound({ files }: Pick<HostPorts, 'files'>): Promise<Omit<Round, 'schema'> | null> {
  const round = (await files.exists(PATHS.round)) ? parseRound(await files.readText(PATHS.round)) : undefined
  return round === undefined ? null : { atMs: round.atMs, error: round.error }
}

export async function writeRound(round: Omit<Round, 'schema'>, { files }: Pick<HostPorts, 'files'>): Promise<void> {
  await files.write(PATHS.round, formatRound(round))
}

export type HistoryNote = Pick<HistoryEntry, 'act' | 'patch' | 'release' | 'reason' | 'outcome' | 'detail'> & {
  readonly actor?: HistoryEntry['actor']
}

/** Puts an entry behind the history, and its digest into the system's log. What a power cut left of an entry is taken away first. */
export async function note(entry: HistoryNote, ports: HostPorts): Promise<void> {
  const { files, digest } = ports
  const text = (await files.exists(PATHS.history)) ? await files.readText(PATHS.history) : ''
  const { entries, torn } = readHistory(text, digest)
  if (torn !== '') await files.truncate(PATHS.history, new TextEncoder().encode(text).length - new TextEncoder().encode(torn).length)
  const line = formatEntry({ time: new Date(ports.nowMs()).toISOString(), actor: ports.actor, ...entry }, entries.at(-1), digest)
  await files.append(PATHS.history, line)
  const { number, digest: sum } = JSON.parse(line) as HistoryEntry
  ports.journal(`${entry.act} ${entry.patch ?? ''}: ${entry.outcome} (entry ${number} of the history, ${sum})`)
}
