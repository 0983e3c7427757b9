import { type Check, Fault, findWrong, hasForm, isCount, isText, isTexts, isTimeMs, listOf, orNull, parseJson } from '../base/mod.ts'
import type { Actor, HistoryAct } from './history.ts'
import { isName } from './host-record.ts'
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

const JOURNAL_ACTS: readonly unknown[] = ['apply', 'downgrade', 'restore', 'remove', 'revert'] satisfies Journal['act'][]

/** Names and release become parts of paths; numbers and times are asked of the kernel and shown. */
const FORM: Readonly<Record<keyof Journal, Check>> = {
  schema: (schema) => schema === JOURNAL_SCHEMA,
  act: (act) => JOURNAL_ACTS.includes(act),
  name: isName,
  release: isName,
  bootId: isText,
  startedMs: isTimeMs,
  logStart: isCount,
  replaces: listOf(isName),
  previous: orNull(isName),
  functions: orNull(isTexts),
  actor: hasForm({ uid: isCount, user: isText, by: orNull(isText), command: isTexts }),
  reason: orNull(isText),
}

/** A journal is written whole or not at all: one of another form is none of ours. Faults: host/state. */
export function parseJournal(text: string, file: string): Journal {
  const journal = parseJson(text)
  const wrong = findWrong(journal, FORM)
  if (wrong.length === 0) return journal as Journal
  throw new Fault(
    'host/state',
    `Cannot read what kmend was doing when it ended: it is not of the form ${JOURNAL_SCHEMA} (${wrong.join(', ')})`,
    {
      in: file,
      try: 'look at kmend patches; move the file away, and kmend goes by what the kernel says',
    },
  )
}

export type Recovery =
  /** The kernel shows nothing of it: it is recorded as not done. */
  | { readonly kind: 'forget' }
  /** It is going in, or it is in: waited for, checked, and recorded. */
  | { readonly kind: 'finish-applying' }
  /** It is coming out, or it is out and that is not recorded. */
  | { readonly kind: 'finish-removing' }

/** What is left to do of an act that was cut short: the kernel knows. What a person wanted out goes out, also after a reboot. */
export function planRecovery(journal: Journal, facts: Pick<KernelFacts, 'bootId' | 'livepatch' | 'modules'>): Recovery {
  if (journal.act === 'remove' || journal.act === 'revert') return { kind: 'finish-removing' }
  if (journal.bootId !== facts.bootId) return { kind: 'forget' }
  const patch = facts.livepatch?.patches.find(({ name }) => name === journal.name)
  if (patch === undefined) return { kind: facts.modules.has(journal.name) ? 'finish-removing' : 'forget' }
  return { kind: patch.isEnabled ? 'finish-applying' : 'finish-removing' }
}
