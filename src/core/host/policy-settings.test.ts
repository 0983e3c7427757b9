import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS, formatSetting, listSettings, parseSetting } from './policy-settings.ts'
import { DEFAULT_POLICY, parsePolicy } from './policy.ts'

test('the defaults as the file would have them are those that hold without it', () => {
  const { '': alone, ...tables } = structuredClone<Record<string, Record<string, unknown>>>(DEFAULT_SETTINGS)
  for (const table of Object.values(tables)) for (const key of Object.keys(table)) if (table[key] === null) delete table[key]
  expect(parsePolicy({ ...alone, ...tables }, 'kmend.toml')).toEqual(DEFAULT_POLICY)
})

test('each setting is listed with what the file says of it, or the default', () => {
  const settings = listSettings({ hold: ['fix'], updates: { pin: 3 } })
  const told = new Map(settings.map(({ name, value, isDefault }) => [name, [value, isDefault]]))
  expect([told.get('hold'), told.get('updates.pin'), told.get('updates.delay'), told.get('trial.time')]).toEqual([
    [['fix'], false],
    [3, false],
    [null, true],
    ['1h', true],
  ])
})

test.each([
  ['updates.scope', ['cvss>=7', 'security'], '["cvss>=7", "security"]'],
  ['hold', [], '[]'],
  ['updates.pin', ['3'], '3'],
  ['boot.initramfs', ['true'], 'true'],
  ['health.folder', ['/a "b"\\'], String.raw`"/a \"b\"\\"`],
  ['trial.time', ['1h', '2h'], undefined],
  ['trial.time', [], undefined],
])('%s of the words %j is %s in the file', (name, words, text) => {
  const setting = listSettings({}).find((candidate) => candidate.name === name)
  const value = setting === undefined ? 'no setting' : parseSetting(setting, words)
  expect(value === undefined ? undefined : formatSetting(value)).toBe(text)
})
