/** What one line of the policy can say. */
export type SettingValue = string | number | boolean | readonly string[]

/** Every setting of the policy and its default, as the file would have it (null: nothing): docs/formats/policy.md. What stands in no table is under ''. */
export const DEFAULT_SETTINGS = {
  '': { hold: [] },
  transition: { deadline: '60s', stalled: 'reverse' },
  trial: { time: '1h' },
  health: { folder: '/etc/kmend/health', timeout: '30s' },
  boot: { initramfs: false },
  updates: {
    automatic: true,
    scope: ['everything'],
    urgent: ['known-exploited'],
    windows: [],
    delay: null,
    interval: '1h',
    pin: null,
    proxy: null,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SettingValue | null>>>>

export interface Setting {
  /** `hold`, `updates.scope`. */
  readonly name: string
  readonly table: string
  readonly key: string
  readonly value: SettingValue | null
  readonly isDefault: boolean
}

/** Every setting that is in force, by the tables of a policy that `parsePolicy` has found to be right. */
export function listSettings(tables: Readonly<Record<string, unknown>>): Setting[] {
  return Object.entries(DEFAULT_SETTINGS).flatMap(([table, defaults]) => {
    const given = (table === '' ? tables : (tables[table] ?? {})) as Readonly<Record<string, SettingValue>>
    return Object.entries<SettingValue | null>(defaults).map(([key, otherwise]) => {
      const value = given[key]
      const name = table === '' ? key : `${table}.${key}`
      return { name, table, key, value: value ?? otherwise, isDefault: value === undefined }
    })
  })
}

/** What the words of a command line say of a setting; undefined where it takes one word and there are more, or none. */
export function parseSetting(
  { name, key, table }: Pick<Setting, 'name' | 'table' | 'key'>,
  words: readonly string[],
): SettingValue | undefined {
  const defaults: Readonly<Record<string, SettingValue | null>> = DEFAULT_SETTINGS[table as keyof typeof DEFAULT_SETTINGS]
  if (Array.isArray(defaults[key])) return words
  const [word] = words
  if (word === undefined || words.length > 1) return undefined
  if (name === 'updates.pin' && /^\d{1,15}$/.test(word)) return Number(word)
  return word === 'true' || word === 'false' ? word === 'true' : word
}

/** As TOML has it: what JSON writes for strings is right in TOML, but for DEL. */
export function formatSetting(value: SettingValue): string {
  if (Array.isArray(value)) return `[${value.map((item: string) => formatSetting(item)).join(', ')}]`
  return JSON.stringify(value).replaceAll('\u007f', String.raw`\u007f`)
}
