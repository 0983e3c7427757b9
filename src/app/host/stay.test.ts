import { afterEach, beforeEach, expect, test } from 'vitest'
import { HOUR, type Follower, makeFollower } from '../../../test/kit/follower.ts'
import { applyPatch, downgradePatch } from './apply.ts'
import { checkThisHost } from './check.ts'
import { readHistoryOf } from './history.ts'
import { unloadPatch } from './install.ts'
import { listKept } from './list.ts'
import { removePatch } from './remove.ts'
import { readStatus } from './status.ts'

/** Live patches that were taken off or replaced stay in memory until the next boot, and are unloaded only to be loaded again. */

let follower: Follower
beforeEach(async () => {
  follower = await makeFollower()
})
afterEach(() => follower.served.remove())

/** Applies a version by hand, and waits until it is accepted. */
async function take(version: number) {
  const { host, bundle, round } = follower
  const patch = `/srv/fix_${version}.kmend`
  await host.ports.files.write(patch, bundle(version))
  const outcome = await applyPatch({ patch, mayReplaceOthers: false, reason: null, package: null }, host.ports)
  await round(2 * HOUR)
  return outcome
}

const remove = () => removePatch({ name: undefined, reason: null }, follower.host.ports)

test('what is replaced and what is taken off stay, and no one is alarmed', async () => {
  const { host } = follower
  await take(1)
  expect(await take(2)).toMatchObject({ kind: 'applied', replaced: ['fix_1'], notes: [] })
  expect(await remove()).toMatchObject({ kind: 'removed', name: 'fix_2', isInMemory: true, notes: [] })
  expect([host.enabled(), host.inMemory()]).toEqual([[], ['fix_1', 'fix_2']])
  expect(await readStatus(host.ports)).toMatchObject({ state: { kind: 'ready' }, patches: [], lastError: null })
  expect((await checkThisHost(host.ports)).check).toEqual({ level: 'ok', findings: [] })
  expect((await listKept(host.ports)).map(({ name, standing, why }) => [name, standing, why])).toEqual([
    ['fix_2', 'kept', null],
    ['fix_1', 'kept', null],
  ])
})

test('what has stayed is applied again, or gone back to, once no task is in it', async () => {
  const { host } = follower
  await take(1)
  await take(2)
  expect(await downgradePatch({ reason: null }, host.ports)).toMatchObject({ kind: 'applied', name: 'fix_1' })
  await remove()
  expect(await take(2)).toMatchObject({ kind: 'applied', name: 'fix_2' })
  expect([host.enabled(), host.inMemory().toSorted()]).toEqual([['fix_2'], ['fix_1', 'fix_2']])
})

test('while a task is in it nothing is begun', async () => {
  const { host, acts } = follower
  await take(1)
  await take(2)
  host.asleepIn = 'fix_1'
  const before = [await acts(), host.read('/var/lib/kmend/host.json')]
  expect(await downgradePatch({ reason: null }, host.ports)).toMatchObject({
    kind: 'refused',
    faults: [
      {
        code: 'host/in-memory',
        message: 'Cannot apply fix_1 again: its module is still in memory, and the task 7 (reader) is in it',
        in: '/proc/7/task/7/stack: wait_more+0x1f/0x40 [fix_1]',
        try: 'wait until it has left it, or boot: after that it is in memory no more',
      },
    ],
  })
  expect([await acts(), host.read('/var/lib/kmend/host.json')]).toEqual(before)
  expect(host.enabled()).toEqual(['fix_2'])
})

test.each([
  [undefined, 'fix_1', []],
  [
    'fix_1',
    null,
    ['fix_1, which was in force before, is not loaded again: its module is still in memory, and the task 7 (reader) is in it'],
  ],
])('an apply that is undone, with a task asleep in %s, goes back to %s', async (asleepIn, now, notes) => {
  const { host } = follower
  await take(1)
  host.asleepIn = asleepIn
  host.afterLoad = (name) => void (name === 'fix_2' ? host.kernelLog.push('BUG: kernel NULL pointer dereference') : undefined)
  expect(await take(2)).toMatchObject({ kind: 'undone', now, notes })
  expect([host.enabled(), host.inMemory().toSorted()]).toEqual([now === null ? [] : [now], ['fix_1', 'fix_2']])
})

test.each([
  [undefined, false, []],
  ['fix_1', true, ['its module could not be unloaded: the task 7 (reader) is in it']],
])('kpatch unload, with a task asleep in %s, leaves it in memory: %s', async (asleepIn, isInMemory, notes) => {
  const { host } = follower
  await take(1)
  host.asleepIn = asleepIn
  expect(await unloadPatch('fix_1', host.ports)).toMatchObject({ kind: 'removed', name: 'fix_1', isInMemory, notes })
  expect(host.inMemory()).toEqual(isInMemory ? ['fix_1'] : [])
  expect((await readHistoryOf(undefined, host.ports)).entries.at(-1)).toMatchObject({ act: 'remove', outcome: 'done', detail: { notes } })
})

test('kpatch unload takes what was taken off before out of memory, too', async () => {
  const { host } = follower
  await take(1)
  await remove()
  expect(await unloadPatch('fix_1', host.ports)).toMatchObject({ kind: 'removed', isInMemory: false })
  expect(host.inMemory()).toEqual([])
  await expect(unloadPatch('fix_1', host.ports)).rejects.toMatchObject({ code: 'host/unknown' })
})
