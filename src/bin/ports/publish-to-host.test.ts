import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FollowingHost, makeFollowingHost } from '../../../test/kit/following-host.ts'
import { BUILD_ID, type PublishedHost, makePublishedHost } from '../../../test/kit/published-host.ts'
import { RELEASE } from '../../../test/kit/publisher.ts'
import { applyPatch, enableRepository, planUpdates, runAgent } from '../../app/host/mod.ts'
import { mirrorRepository, promoteBundle, publishBundles, retractBundle, rotateKey } from '../../app/repo/mod.ts'

/** What a publisher's own commands write, as a host takes it: over a web server, and from a stick. */

const HOUR = 3_600_000
let world: PublishedHost
let publisher: PublishedHost['publisher']
let server: PublishedHost['server']
let host: PublishedHost['host']
beforeEach(async () => {
  world = await makePublishedHost()
  ;({ publisher, server, host } = world)
})
afterEach(() => world.remove())

const publish = (version: number, tier: string | undefined) =>
  publishBundles(
    publisher.repo,
    { bundles: [publisher.bundle({ name: `fix_${version}`, version, buildId: BUILD_ID })], tier },
    publisher.ports,
  )
const promote = (name: string) => promoteBundle(publisher.repo, { name, tier: 'stable', release: undefined }, publisher.ports)
const retract = (name: string) =>
  retractBundle(publisher.repo, { name, tier: undefined, reason: 'it panics', stepBack: true, release: undefined }, publisher.ports)
const enable = (url = server.url, isCarried = false) => enableOn(host, { url, isCarried })
const enableOn = ({ ports }: FollowingHost, change: object) =>
  enableRepository({ url: server.url, fingerprint: publisher.fingerprint, tier: 'stable', isCarried: false, ...change }, ports)
const round = (aheadMs = 0) => roundOf(host, aheadMs)
const roundOf = async (one: FollowingHost, aheadMs: number) => {
  one.aheadMs += aheadMs
  const { followed } = await runAgent(one.ports)
  return [one.enabled(), followed?.faults]
}

test('a host takes what came into its tier, not before, and goes back when that is taken back', async () => {
  await publish(1, 'stable')
  expect((await enable()).plan.act).toMatchObject({ kind: 'apply', offer: { name: 'fix_1' } })
  expect(await round()).toEqual([['fix_1'], []])
  await publish(2, undefined)
  expect(await round(2 * HOUR)).toEqual([['fix_1'], []])
  await promote('fix_2')
  expect(await round(2 * HOUR)).toEqual([['fix_2'], []])
  await retract('fix_2')
  expect(await round(2 * HOUR)).toEqual([['fix_1'], []])
  await expect(applyPatch({ patch: 'fix_2', mayReplaceOthers: false, reason: null, package: null }, host.ports)).rejects.toMatchObject({
    code: 'trust/retracted',
  })
})

test('a host on canary has a version before those on stable do, and a promotion brings it to them', async () => {
  const canary = makeFollowingHost(`${publisher.folder}/canary`, { release: RELEASE, buildId: BUILD_ID })
  const roundOfBoth = async () => [await roundOf(canary, 2 * HOUR), await roundOf(host, 2 * HOUR)]
  await publish(1, 'stable')
  await enableOn(canary, { tier: 'canary' })
  await enable()
  expect(await roundOfBoth()).toEqual([
    [['fix_1'], []],
    [['fix_1'], []],
  ])
  await publish(2, 'canary')
  expect(await roundOfBoth()).toEqual([
    [['fix_2'], []],
    [['fix_1'], []],
  ])
  await promote('fix_2')
  expect(await roundOfBoth()).toEqual([
    [['fix_2'], []],
    [['fix_2'], []],
  ])
})

test('a version that canary was the first to suffer from never comes to stable, and leaves canary', async () => {
  const canary = makeFollowingHost(`${publisher.folder}/canary`, { release: RELEASE, buildId: BUILD_ID })
  await publish(1, 'stable')
  await publish(2, 'canary')
  await enableOn(canary, { tier: 'canary' })
  await enable()
  expect([await roundOf(canary, 2 * HOUR), await round(2 * HOUR)]).toEqual([
    [['fix_2'], []],
    [['fix_1'], []],
  ])
  await retract('fix_2')
  await expect(promote('fix_2')).rejects.toMatchObject({ code: 'repo/order' })
  expect([(await roundOf(canary, 2 * HOUR))[1], await round(2 * HOUR)]).toEqual([[], [['fix_1'], []]])
  expect(canary.enabled()).not.toContain('fix_2')
})

test('a host that was enabled before anything was published for its kernel takes what comes', async () => {
  await publish(1, 'canary')
  expect((await enable()).plan.act.kind).toBe('nothing')
  await promote('fix_1')
  expect(await round(2 * HOUR)).toEqual([['fix_1'], []])
})

test('keys that change on the way stop no host', async () => {
  await publish(1, 'stable')
  await enable()
  await round()
  for (const role of ['root', 'targets', 'snapshot', 'timestamp', 'kernels', 'stable'])
    await rotateKey(publisher.repo, { role }, publisher.ports)
  await publish(2, 'stable')
  expect(await round(2 * HOUR)).toEqual([['fix_2'], []])
})

test('a host takes from a stick what was copied onto it, and believes the copy for weeks', async () => {
  const stick = `${publisher.folder}/stick`
  const copy = () =>
    mirrorRepository({ address: server.url, fingerprint: publisher.fingerprint, folder: stick, releases: [RELEASE] }, publisher.ports)
  await publish(1, 'stable')
  await copy()
  await enable(`file://${stick}`, true)
  expect(await round(2 * HOUR)).toEqual([['fix_1'], []])
  await publish(2, 'stable')
  await copy()
  expect(await round(2 * HOUR)).toEqual([['fix_2'], []])
  const { validUntilMs } = await planUpdates(host.ports)
  expect(validUntilMs).toBeGreaterThan(Date.now() + 20 * 24 * HOUR)
})
