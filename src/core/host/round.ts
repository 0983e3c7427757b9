import { hasForm, isText, isTimeMs, orNull, parseJson } from '../base/mod.ts'

/** When the unattended agent last ran on this boot, and what kept it from its end. */
export interface Round {
  readonly schema: typeof ROUND_SCHEMA
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** The fault that ended it; null when it came to its end. */
  readonly error: string | null
}

export const ROUND_SCHEMA = 'kmend/round/1'

export function formatRound(round: Omit<Round, 'schema'>): string {
  return `${JSON.stringify({ schema: ROUND_SCHEMA, ...round })}\n`
}

const hasRoundForm = hasForm({ schema: (schema) => schema === ROUND_SCHEMA, atMs: isTimeMs, error: orNull(isText) })

/** Undefined when it is of another form: it says nothing that the next round does not say again. */
export function parseRound(text: string): Round | undefined {
  const round = parseJson(text)
  return hasRoundForm(round) ? (round as Round) : undefined
}
