import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FollowingHost, makeFollowingHost } from '../../../test/kit/following-host.ts'
import { changeSetting, readSettings } from './config.ts'
import { readHistoryOf } from './history.ts'

const POLICY = '/etc/kmend/kmend.toml'
let folder: string
let host: FollowingHost

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/kmend-config-`)
  host = makeFollowingHost(folder, { release: '6.1.0-1-amd64', buildId: 'ab'.repeat(20) })
})
afterEach(() => rmSync(folder, { recursive: true }))

const set = (name: string, ...words: string[]) => changeSetting({ name, words }, host.ports)
const history = async () => (await readHistoryOf(undefined, host.ports)).entries.map(({ act, detail }) => [act, detail])

test('a setting is changed in the file, in force, and in the history; by default again the file is as before', async () => {
  const text = '# ours\n[updates] # agreed\ninterval = "2h"\n'
  host.put(POLICY, text)
  await set('updates.scope', 'cvss>=7', 'security')
  expect(host.read(POLICY)).toBe(`${text}scope = ["cvss>=7", "security"]\n`)
  expect(await readSettings('updates.scope', host.ports)).toMatchObject([{ value: ['cvss>=7', 'security'], isDefault: false }])
  await changeSetting({ name: 'updates.scope', words: undefined }, host.ports)
  expect(host.read(POLICY)).toBe(text)
  expect(await history()).toEqual([
    ['config', { setting: 'updates.scope', from: ['everything'], to: ['cvss>=7', 'security'], isDefault: false }],
    ['config', { setting: 'updates.scope', from: ['cvss>=7', 'security'], to: ['everything'], isDefault: true }],
  ])
})

test('a host without a policy gets one', async () => {
  await set('hold', 'fix_1')
  expect(host.read(POLICY)).toBe('hold = ["fix_1"]\n')
})

test.each([
  ['a value that is none', '', 'updates.scope', ['cvss>=11'], 'scope is no list'],
  ['a time without a unit', '', 'trial.time', ['5'], 'is no time'],
  ['a setting that there is not', '', 'updates.tier', ['stable'], 'Cannot find a setting updates.tier'],
  ['two values for one', '', 'trial.time', ['1h', '2h'], 'takes one value, not 2'],
  ['a table that is written otherwise', 'updates = { pin = 3 }\n', 'updates.pin', ['4'], 'only a person should change'],
])('%s is refused, and nothing is written', async (_what, text, name, words, message) => {
  host.put(POLICY, text)
  await expect(set(name, ...words)).rejects.toThrow(message)
  expect([host.read(POLICY), await history()]).toEqual([text, []])
})
