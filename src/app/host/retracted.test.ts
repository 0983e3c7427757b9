import { afterEach, beforeEach, expect, test } from 'vitest'
import { BAD, type Follower, HOUR, makeFollower } from '../../../test/kit/follower.ts'
import { applyPatch } from './apply.ts'
import { restoreAtBoot } from './boot.ts'
import { checkThisHost } from './check.ts'
import { disableRepository } from './enable.ts'
import { readHistoryOf } from './history.ts'
import { listKept } from './list.ts'
import { readStatus } from './status.ts'

/** What a publisher has taken back, where something else goes wrong, or an administrator has it run all the same. */

let follower: Follower
beforeEach(async () => {
  follower = await makeFollower()
})
afterEach(() => follower.served.remove())

/** Brings versions 1 to `last` in, each until it is accepted. */
async function take(last: number): Promise<void> {
  for (let version = 1; version <= last; version++) {
    follower.offer(version)
    if (version === 1) await follower.enable()
    await follower.round(2 * HOUR)
    await follower.round(2 * HOUR) // its trial ends
  }
}

/** Applies a file by hand. */
async function applyFile(version: number, acceptRetracted?: string) {
  const patch = `/srv/fix_${version}.kmend`
  await follower.host.ports.files.write(patch, follower.bundle(version))
  return applyPatch({ patch, mayReplaceOthers: false, reason: null, package: null, acceptRetracted }, follower.host.ports)
}

test.each([
  [2, ['fix_1'], 'fix_1'],
  [1, [], null],
])('an apply that fails, after version %i was taken back, goes back to what is not: %j', async (last, enabled, now) => {
  const { host, offer, round } = follower
  await take(last)
  offer(last, { retracted: { ...BAD, stepBack: false } })
  await round(2 * HOUR)
  expect(host.enabled()).toEqual([`fix_${last}`])
  host.afterLoad = (name) => void (name === `fix_${last + 1}` ? host.kernelLog.push('BUG: kernel NULL pointer dereference') : undefined)
  expect(await applyFile(last + 1)).toMatchObject({
    kind: 'undone',
    now,
    notes: [`fix_${last}, which was in force before, is not loaded again: its publisher has taken it back: it panics`],
  })
  expect(host.enabled()).toEqual(enabled)
  const kept = (await listKept(host.ports)).filter(({ standing, why }) => standing === 'accepted' && why === null)
  expect(kept.map(({ name }) => name)).toEqual(enabled)
})

test('what its publisher wants out goes, though a task in the one before keeps that from coming back before the next boot', async () => {
  const { host, offer, round } = follower
  await take(2)
  host.asleepIn = 'fix_1'
  offer(2, { retracted: { ...BAD, stepBack: true } })
  await round(2 * HOUR)
  expect(host.enabled()).toEqual([])
  const kept = (await listKept(host.ports)).filter(({ standing, why }) => standing === 'accepted' && why === null)
  expect(kept.map(({ name }) => name)).toEqual(['fix_1'])
})

test('what was taken back stays out when the host follows no more, until an administrator accepts it with a reason', async () => {
  const { host, offer, round, acts } = follower
  await take(1)
  offer(1, { retracted: BAD })
  await round(2 * HOUR)
  await disableRepository(host.ports)
  expect(await applyFile(1)).toMatchObject({ kind: 'refused', faults: [{ code: 'trust/retracted' }] })
  expect(await applyFile(1, 'no ext4 here')).toMatchObject({ kind: 'applied' })
  expect((await acts()).slice(-3)).toEqual(['apply fix_1 refused', 'accept-retracted fix_1 done', 'apply fix_1 done'])
  expect((await readHistoryOf(undefined, host.ports)).entries.at(-2)).toMatchObject({
    reason: 'no ext4 here',
    detail: { retracted: 'it panics' },
  })
  expect((await readStatus(host.ports)).patches).toMatchObject([
    { name: 'fix_1', ours: { retracted: 'it panics', retractionAccepted: 'no ext4 here' } },
  ])
  expect((await checkThisHost(host.ports)).check).toMatchObject({
    level: 'warning',
    findings: [{ text: expect.stringContaining('it panics; it was accepted here all the same: no ext4 here') }],
  })
})

test('what an administrator has accepted stays in, also through a boot, until its publisher says something else of it', async () => {
  const { host, offer, enable, round } = follower
  await take(1)
  host.put('/etc/kmend/kmend.toml', '[updates]\nautomatic = false\n')
  offer(1, { retracted: BAD })
  await round(2 * HOUR)
  expect(await applyFile(1, 'no ext4 here')).toMatchObject({ kind: 'unchanged' })
  host.put('/etc/kmend/kmend.toml', '')
  await round(2 * HOUR)
  await disableRepository(host.ports)
  await enable()
  expect((await round(2 * HOUR))?.plan.act.kind).toBe('nothing')
  expect((await restoreAtBoot(host.ports)).events).toEqual([])
  expect(host.enabled()).toEqual(['fix_1'])
  offer(1, { retracted: { ...BAD, reason: 'it loses data' } })
  await round(2 * HOUR)
  expect(host.enabled()).toEqual([])
})
