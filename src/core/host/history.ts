/** The record of what was done to a host's kernel: each entry holds the digest of the one before, so that none can be changed or taken out unseen. */

export interface HistoryEntry {
  /** From 1. */
  readonly number: number
  /** ISO 8601, UTC. */
  readonly time: string
  readonly act: HistoryAct
  /** The live patch, where it is about one. */
  readonly patch: string | null
  readonly release: string
  readonly actor: Actor
  readonly reason: string | null
  /** What came of it: `done`, or what the kernel or a check said. */
  readonly outcome: 'done' | 'refused' | 'undone' | 'stalled' | 'failed'
  readonly detail: Readonly<Record<string, unknown>>
  /** Of the entry before; of nothing for the first. SHA-256 in hex. */
  readonly before: string
  /** Of this entry without this field. */
  readonly digest: string
}

export type HistoryAct =
  | 'apply'
  | 'remove'
  | 'downgrade'
  | 'revert'
  | 'force'
  | 'signal'
  | 'accept'
  | 'accept-retracted'
  | 'quarantine'
  | 'release'
  | 'restore'
  | 'recover'
  | 'hold'
  | 'install'
  | 'uninstall'
  | 'image'
  | 'announce'
  | 'enable'
  | 'disable'
  | 'decide'
  | 'config'

export interface Actor {
  readonly uid: number
  readonly user: string
  /** Who became root, by sudo. */
  readonly by: string | null
  /** What was run, word by word. */
  readonly command: readonly string[]
}

type Digest = (text: string) => string

const FIRST = '0'.repeat(64)

/** A line of the history file, to be put behind the ones that are there. */
export function formatEntry(
  entry: Omit<HistoryEntry, 'number' | 'before' | 'digest'>,
  last: Pick<HistoryEntry, 'number' | 'digest'> | undefined,
  digest: Digest,
): string {
  const linked = { number: (last?.number ?? 0) + 1, ...entry, before: last?.digest ?? FIRST }
  return `${JSON.stringify({ ...linked, digest: digest(JSON.stringify(linked)) })}\n`
}

export interface ReadHistory {
  readonly entries: readonly HistoryEntry[]
  /** Bytes after the last whole line: what a power cut left of an entry. */
  readonly torn: string
  /** What is wrong with the chain, with the line; empty when it is whole. */
  readonly findings: readonly string[]
}

/** Reads a history and checks its chain. `known` is a digest from elsewhere that it must hold: an end that was cut off shows in nothing else. */
export function readHistory(text: string, digest: Digest, known?: string): ReadHistory {
  const end = text.lastIndexOf('\n') + 1
  const lines = text.slice(0, end).split('\n').slice(0, -1)
  const entries: HistoryEntry[] = []
  const findings: string[] = []
  let before = FIRST
  for (const [index, line] of lines.entries()) {
    const entry = parseLine(line)
    if (entry === undefined) {
      findings.push(`line ${index + 1} is no entry`)
      continue
    }
    const { digest: claimed, ...rest } = entry
    if (digest(JSON.stringify(rest)) !== claimed)
      findings.push(`entry ${entry.number} (line ${index + 1}) was changed: its digest is another`)
    if (entry.before !== before) findings.push(`entry ${entry.number} (line ${index + 1}) does not follow the one before it`)
    if (entry.number !== (entries.at(-1)?.number ?? 0) + 1) findings.push(`entry ${entry.number} (line ${index + 1}) is out of turn`)
    entries.push(entry)
    before = claimed
  }
  if (known !== undefined && !entries.some((entry) => entry.digest === known))
    findings.push(`it does not hold the entry ${known}: its end was cut off, or all was written anew`)
  return { entries, torn: text.slice(end), findings }
}

function parseLine(line: string): HistoryEntry | undefined {
  try {
    const entry = JSON.parse(line) as HistoryEntry
    return typeof entry.number === 'number' && typeof entry.digest === 'string' && typeof entry.before === 'string' ? entry : undefined
  } catch {
    return undefined
  }
}
