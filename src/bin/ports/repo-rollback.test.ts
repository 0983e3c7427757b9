import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestPublisher, RELEASE, makePublisher } from '../../../test/kit/publisher.ts'
import {
  type RepoPorts,
  acceptOlderStore,
  mirrorRepository,
  promoteBundle,
  publishBundles,
  refreshRepository,
  repoStatus,
  retractBundle,
  verifyRepository,
} from '../../app/repo/mod.ts'

/** Whoever holds the store brings an older state back: what the publisher, and who copies, make of it. */

let publisher: TestPublisher
let store: string
beforeEach(async () => {
  publisher = await makePublisher()
  store = `${publisher.repo}/public`
  await publish('fix_1', 1)
})
afterEach(() => publisher.remove())

const publish = (name: string, version: number, ports = publisher.ports) =>
  publishBundles(publisher.repo, { bundles: [publisher.bundle({ name, version })], tier: undefined }, ports)
const retract = () =>
  retractBundle(
    publisher.repo,
    { name: 'fix_1', tier: undefined, reason: 'it panics', stepBack: true, release: undefined },
    publisher.ports,
  )
const promote = () => promoteBundle(publisher.repo, { name: 'fix_1', tier: 'stable', release: undefined }, publisher.ports)
const refresh = () => refreshRepository(publisher.repo, publisher.ports)

/** The store, or a part of it, as it was before `act`. */
async function takeBack(act: () => Promise<unknown>, part = ''): Promise<void> {
  const kept = `${publisher.folder}/kept`
  cpSync(store, kept, { recursive: true })
  await act()
  rmSync(`${store}/${part}`, { recursive: true })
  cpSync(`${kept}/${part}`, `${store}/${part}`, { recursive: true })
}

test.each([
  ['promotes', promote],
  ['refreshes', refresh],
  ['asks how it stands', () => repoStatus(publisher.repo, publisher.ports)],
])('a publisher that %s signs no retraction away, whose store was taken back to before it', async (_, act) => {
  await takeBack(retract)
  const before = readFileSync(`${store}/kernels/${RELEASE}/metadata/timestamp.json`, 'utf8')
  await expect(act()).rejects.toMatchObject({
    code: 'trust/rollback',
    exit: 7,
    message: expect.stringContaining(`kernels/${RELEASE} canary was version 2, and is 1`),
  })
  expect(readFileSync(`${store}/kernels/${RELEASE}/metadata/timestamp.json`, 'utf8')).toBe(before)
})

test('a store that is lost and comes back from an older copy is taken as it is by a word of its own', async () => {
  await takeBack(retract)
  await acceptOlderStore(publisher.repo, publisher.ports)
  await refresh()
  expect(await promote()).toMatchObject({ kind: 'published' })
})

test('a log that went back alone is added to no more', async () => {
  await takeBack(retract, 'log')
  await expect(publish('fix_2', 2)).rejects.toMatchObject({ code: 'trust/log', message: expect.stringContaining('it went back') })
})

test('a change that was interrupted is not gone through with on a store that was taken back', async () => {
  await takeBack(retract)
  const cut: RepoPorts['openStore'] = (place, folder) => ({
    ...publisher.ports.openStore(place, folder),
    putFile: () => Promise.reject(new Error('killed')),
  })
  await acceptOlderStore(publisher.repo, publisher.ports)
  await refresh()
  await takeBack(async () => {
    await retract()
    await expect(publish('fix_2', 2, { ...publisher.ports, openStore: cut })).rejects.toThrow('killed')
  })
  await expect(refresh()).rejects.toMatchObject({ code: 'trust/log', message: expect.stringContaining('it went back') })
})

const mirror = () =>
  mirrorRepository(
    { address: `file://${store}`, fingerprint: publisher.fingerprint, folder: `${publisher.folder}/stick`, releases: undefined },
    publisher.ports,
  )

test.each([
  ['as a whole', '', 'trust/rollback', `kernels/${RELEASE} timestamp was version 2, and is 1`],
  ['in its log alone', 'log', 'trust/log', 'it went back'],
])('a copy is not taken back with what it is made from: %s', async (_, part, code, message) => {
  await takeBack(async () => {
    await retract()
    await mirror()
  }, part)
  await expect(mirror()).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  const copy = { address: `file://${publisher.folder}/stick`, fingerprint: publisher.fingerprint }
  expect(await verifyRepository(copy, publisher.ports)).toMatchObject({ findings: [], expired: [] })
})

const carried = () => `${store}/kernels/${RELEASE}/metadata/carried.json`
const other = (name: string) => () => readFileSync(`${store}/${name}`, 'utf8')

test.each([
  [
    'of a longer life than was signed',
    () => readFileSync(carried(), 'utf8').replace(/"expires":"\d+/, '"expires":"2099'),
    'trust/signature',
  ],
  ['of another kernel', other('catalogue/metadata/carried.json'), 'trust/metadata'],
  ['that is no timestamp for copies', other(`kernels/${RELEASE}/metadata/timestamp.json`), 'trust/metadata'],
])('a timestamp for copies %s is not copied', async (_, make, code) => {
  writeFileSync(carried(), make())
  await expect(mirror()).rejects.toMatchObject({ code })
})

test('a copy that would have the timestamps of two publications is made later', async () => {
  const old = readFileSync(carried())
  await retract()
  writeFileSync(carried(), old)
  await expect(mirror()).rejects.toMatchObject({ code: 'fetch/unreachable', exit: 10 })
})
