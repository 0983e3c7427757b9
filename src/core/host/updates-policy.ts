import { SCOPES_TEXT, type Scope, parseScope } from './scope.ts'
import { type Window, parseWindow } from './window.ts'

/** What an administrator has decided about the repository that a host follows: `[updates]` of the policy. */
export interface UpdatesPolicy {
  /** Whether the agent applies what is offered, or waits for a person. */
  readonly automatic: boolean
  /** What is taken; a version is when it, or one between it and what is in force, is meant. */
  readonly scope: readonly Scope[]
  /** What overrides windows and delay. */
  readonly urgent: readonly Scope[]
  /** None: at any time. */
  readonly windows: readonly Window[]
  /** How long a version must have been in the tier. */
  readonly delayMs: number
  /** How often the repository is asked. */
  readonly intervalMs: number
  /** No version above it is taken. */
  readonly pin: number | null
  /** For the repository alone; null: as the environment says. */
  readonly proxy: string | null
}

export const DEFAULT_UPDATES: UpdatesPolicy = {
  automatic: true,
  scope: [{ kind: 'everything' }],
  urgent: [{ kind: 'known-exploited' }],
  windows: [],
  delayMs: 0,
  intervalMs: 3_600_000,
  pin: null,
  proxy: null,
}

export interface Complaints {
  readonly wrong: string[]
  readonly time: (where: string, value: unknown, otherwise: number) => number
}

/** From the table `[updates]`. */
export function parseUpdates(table: Readonly<Record<string, unknown>>, { wrong, time }: Complaints): UpdatesPolicy {
  const automatic = table['automatic'] ?? DEFAULT_UPDATES.automatic
  if (typeof automatic !== 'boolean') wrong.push('[updates] automatic is neither true nor false')
  const pin = table['pin'] ?? null
  if (pin !== null && !(Number.isSafeInteger(pin) && Number(pin) > 0)) wrong.push('[updates] pin is no version: 1 or more')
  const proxy = table['proxy'] ?? null
  if (proxy !== null && !(typeof proxy === 'string' && /^https?:\/\/[^\s/@]+\/?$/.test(proxy)))
    wrong.push('[updates] proxy is no address such as "http://proxy:3128"')
  const list = <T>(key: string, parse: (item: unknown) => T | undefined, form: string): readonly T[] | undefined => {
    const value = table[key]
    if (value === undefined) return undefined
    const items = Array.isArray(value) ? value.map((item) => parse(item)) : [undefined]
    if (items.includes(undefined)) wrong.push(`[updates] ${key} is no list of ${form}`)
    return items.filter((item) => item !== undefined)
  }
  return {
    automatic: automatic as boolean,
    scope: list('scope', parseScope, SCOPES_TEXT) ?? DEFAULT_UPDATES.scope,
    urgent: list('urgent', parseScope, SCOPES_TEXT) ?? DEFAULT_UPDATES.urgent,
    windows: list('windows', parseWindow, 'times such as "Sat-Sun 02:00-05:00" or "daily 22:00-04:00"') ?? DEFAULT_UPDATES.windows,
    delayMs: time('[updates] delay', table['delay'], DEFAULT_UPDATES.delayMs),
    intervalMs: time('[updates] interval', table['interval'], DEFAULT_UPDATES.intervalMs),
    pin: pin as number | null,
    proxy: proxy as string | null,
  }
}
