import { Fault } from '../base/mod.ts'
import type { Actor, HistoryAct } from './history.ts'
import type { KernelFacts } from './kernel-facts.ts'

/**
 * What kmend is doing to the kernel just now, written down before it does it. A run that was killed leaves its journal, and the next one finds out from the
 * kernel how far it came.
 */
export interface Journal {
  readonly schema: typeof JOURNAL_SCHEMA
  readonly act: Extract<HistoryAct, 'apply' | 'downgrade' | 'restore' | 'remove' | 'revert'>
  /** The live patch that goes in, or comes out. */
  readonly name: string
  readonly release: string
  readonly bootId: string
  readonly startedMs: number
  /** Number of the last kernel log record before it. */
  readonly logStart: number
  /** Modules that it takes the place of. */
  readonly replaces: readonly string[]
  /** What was in force, to go back to. */
  readonly previous: string | null
  /** `object:function,sympos` that sysfs must list; null when nothing is promised. */
  readonly functions: readonly string[] | null
  readonly actor: Actor
  readonly reason: string | null
}

export const JOURNAL_SCHEMA = 'kmend/journal/1'

/** Faults: host/state. */
export function parseJournal(text: string, file: string): Journal {
  try {
    const parsed = JSON.parse(text) as Journal
    if (parsed.schema === JOURNAL_SCHEMA) return parsed
  } catch {
    // falls through: a journal is written whole or not at all, so this is no journal of ours
  }
  throw new Fault('host/state', `Cannot read what kmend was doing when it ended: it is not of the form ${JOURNAL_SCHEMA}`, {
    in: file,
    try: 'look at kmend patches; move the file away, and kmend goes by what the kernel says',
  })
}

export type Recovery =
  /** The kernel shows nothing of it: it is recorded as not done. */
  | { readonly kind: 'forget' }
  /** It is going in, or it is in: waited for, checked, and recorded. */
  | { readonly kind: 'finish-applying' }
  /** It is coming out, or it is out and its module is still in memory. */
  | { readonly kind: 'finish-removing' }

/** What is left to do of an act that was cut short: the kernel knows. What a person wanted out goes out, also after a reboot. */
export function planRecovery(journal: Journal, facts: Pick<KernelFacts, 'bootId' | 'livepatch' | 'modules'>): Recovery {
  if (journal.act === 'remove' || journal.act === 'revert') return { kind: 'finish-removing' }
  if (journal.bootId !== facts.bootId) return { kind: 'forget' }
  const patch = facts.livepatch?.patches.find(({ name }) => name === journal.name)
  if (patch === undefined) return { kind: facts.modules.has(journal.name) ? 'finish-removing' : 'forget' }
  return { kind: patch.isEnabled ? 'finish-applying' : 'finish-removing' }
}
