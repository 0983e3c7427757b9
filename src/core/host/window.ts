/** When live patches may be applied, in the host's own time: `Sat-Sun 02:00-05:00`, `daily 22:00-04:00`. */
export interface Window {
  readonly text: string
  /** From Sunday, 0. */
  readonly days: ReadonlySet<number>
  /** Minutes of the day on which it opens. */
  readonly opensAt: number
  /** It may end on the next day. */
  readonly minutes: number
}

/** The host's own time. */
export interface Zone {
  /** Ahead of UTC. */
  readonly offsetMs: number
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const DAY_MINUTES = 24 * 60
const MINUTE_MS = 60_000

/** Undefined when it is of another form. */
export function parseWindow(text: unknown): Window | undefined {
  const form =
    /^(daily|(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)(?:[-,](?:Sun|Mon|Tue|Wed|Thu|Fri|Sat))*) ([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/
  const match = form.exec(String(text))
  if (match === null) return undefined
  const [whole, dayText = '', ...numbers] = match
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = numbers.map(Number)
  const opensAt = fromHour * 60 + fromMinute
  const minutes = (toHour * 60 + toMinute - opensAt + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES
  return { text: whole, days: parseDays(dayText), opensAt, minutes }
}

function parseDays(text: string): Set<number> {
  if (text === 'daily') return new Set(DAYS.keys())
  return new Set(
    text.split(',').flatMap((part) => {
      const [first = 0, last = first] = part.split('-').map((day) => DAYS.indexOf(day))
      return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, step) => (first + step) % 7)
    }),
  )
}

/** When the next of the windows opens; `nowMs` while one is open, or where there is none: then any time will do. */
export function nextOpening(windows: readonly Window[], nowMs: number, { offsetMs }: Zone): number {
  if (windows.length === 0) return nowMs
  const local = new Date(nowMs + offsetMs)
  const midnightMs = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()) - offsetMs
  const openings = windows.flatMap(({ days, opensAt, minutes }) =>
    // From yesterday, whose window may still be open.
    [-1, 0, 1, 2, 3, 4, 5, 6, 7].flatMap((day) => {
      if (!days.has((local.getUTCDay() + day + 7) % 7)) return []
      const fromMs = midnightMs + (day * DAY_MINUTES + opensAt) * MINUTE_MS
      return fromMs + minutes * MINUTE_MS > nowMs ? [Math.max(fromMs, nowMs)] : []
    }),
  )
  return Math.min(...openings)
}
