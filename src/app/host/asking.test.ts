import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BAD, type Follower, HOUR, makeFollower } from '../../../test/kit/follower.ts'
import { publish, writeLog, writeRoot } from '../../../test/kit/small-repository.ts'
import { Fault } from '../../core/base/mod.ts'
import { applyPatch, downgradePatch } from './apply.ts'
import { PATHS } from './paths.ts'
import { readStatus } from './status.ts'

/** How a host asks a repository that is slow, that changes under it, or of which it knows no more. */

let follower: Follower
beforeEach(async () => {
  follower = await makeFollower(['canary', 'stable'])
})
afterEach(() => follower.served.remove())

const byHand = (patch: string) => applyPatch({ patch, mayReplaceOthers: false, reason: null, package: null }, follower.host.ports)

/** Both versions go in, and are accepted. */
async function takeTwo(tier?: string): Promise<void> {
  for (const version of [1, 2]) {
    follower.offer(version, {}, tier)
    if (version === 1) await follower.enable(tier === undefined ? {} : { tier })
    await follower.round(2 * HOUR)
    await follower.round(2 * HOUR) // its trial ends
  }
}

test('nobody waits for the lock of the host while the repository is asked', async () => {
  const { host, served, offer, enable, round } = follower
  const { handler } = served
  const wereLocked: boolean[] = []
  served.handler = (request, response) => {
    wereLocked.push(host.isLocked)
    return handler(request, response)
  }
  offer(1)
  await enable()
  await round()
  offer(2)
  await byHand('fix_1')
  expect([host.enabled(), wereLocked.length > 20, wereLocked.includes(true)]).toEqual([['fix_1'], true, false])
})

test('a server that answers nothing is left when the time of the round is over, and what was verified before goes in', async () => {
  const { host, served, offer, enable, round } = follower
  offer(1)
  await enable()
  const over = new AbortController()
  host.ports = { ...host.ports, deadline: () => over.signal }
  served.handler = () => over.abort()
  const report = await round(2 * HOUR)
  expect(report?.faults).toMatchObject([{ code: 'fetch/stalled', message: expect.stringContaining('the time that the repository has') }])
  expect(host.enabled()).toEqual(['fix_1'])
})

test.each(['by the agent', 'by hand'])('what was taken back while others held the lock does not go in, %s', async (who) => {
  const { host, offer, enable, round } = follower
  offer(1)
  await enable()
  let locks = 0
  host.beforeLock = () => {
    // The first of the agent's is for what is on trial.
    if (++locks !== (who === 'by hand' ? 1 : 2)) return
    host.aheadMs += 60_000
    offer(1, { retracted: BAD })
  }
  const said = who === 'by hand' ? byHand('fix_1').catch(({ code }: Fault) => code) : round().then((report) => report?.plan.act.kind)
  expect([await said, host.enabled()]).toEqual([who === 'by hand' ? 'trust/retracted' : 'nothing', []])
})

test('a round that finds others at work has not failed', async () => {
  const { host, enable, round } = follower
  await enable()
  let locks = 0
  host.beforeLock = () => {
    if (++locks === 2) throw new Fault('host/locked', 'process 1 is at it')
  }
  expect((await round(2 * HOUR))?.faults).toMatchObject([{ code: 'host/locked' }])
  expect((await readStatus(host.ports)).lastRound?.error).toBe(null)
})

test('a host that follows another tier now hears of what is taken back in the one before', async () => {
  const { host, offer, enable, round } = follower
  await takeTwo('canary')
  offer(1)
  await enable({ tier: 'stable' })
  await round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_2'])
  offer(2, { retracted: BAD }, 'canary')
  await round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('where a person decides, status says what is taken back', async () => {
  const { host, offer, round } = follower
  host.put(PATHS.policy, '[updates]\nautomatic = true\n')
  await takeTwo()
  host.put(PATHS.policy, '[updates]\nautomatic = false\n')
  offer(2, { retracted: BAD })
  await round(2 * HOUR)
  const { patches, following } = await readStatus(host.ports)
  expect(patches).toMatchObject([{ name: 'fix_2', ours: { standing: 'accepted', retracted: 'it panics' } }])
  expect(following?.known?.plan.act).toMatchObject({ kind: 'wait', name: 'fix_2', untilMs: null })
})

test('where what is known is damaged only following stops, until the host is enabled again', async () => {
  const { host, bundle, enable, round } = follower
  await takeTwo()
  host.put(PATHS.following, '{"schema":"kmend/following/1","offers":[{}]}')
  expect((await round(2 * HOUR))?.faults).toMatchObject([{ code: 'host/state', in: PATHS.following }])
  expect((await readStatus(host.ports)).following?.known).toMatchObject({
    checkedMs: null,
    error: expect.stringContaining('Cannot read what'),
  })
  host.warnings.length = 0
  await downgradePatch({ reason: null }, host.ports)
  expect(host.enabled()).toEqual(['fix_1'])
  await host.ports.files.write('/srv/fix_3.kmend', bundle(3))
  await byHand('/srv/fix_3.kmend')
  expect(host.enabled()).toEqual(['fix_3'])
  expect(host.warnings.at(-1)).toMatch(/^Cannot read what this host knows of the repository .* kmend enable asks anew\.$/)
  await enable()
  expect((await round())?.faults).toEqual([])
})

test('a damaged checkpoint is said, with what to do', async () => {
  const { host, served, offer, enable, round } = follower
  await enable()
  const checkpoint = `${PATHS.metadata}/${served.repo.fingerprint}/checkpoint`
  host.put(checkpoint, 'damage')
  offer(1)
  expect((await round(2 * HOUR))?.faults).toMatchObject([
    { code: 'host/state', in: checkpoint, try: expect.stringContaining('remove the file') },
  ])
})

test('what another publisher said of this kernel goes with it', async () => {
  const { host, enable } = follower
  host.put(PATHS.vulnerabilities, 'of another')
  await enable()
  expect(await host.ports.files.exists(PATHS.vulnerabilities)).toBe(false)
})

test('a root that the log does not have is not gone by, though the key of root has signed it', async () => {
  const { served, enable, round } = follower
  await enable()
  writeRoot(served.repo)
  served.repo.logged.pop()
  rmSync(`${served.repo.folder}/log/leaf`, { recursive: true })
  writeLog(served.repo)
  expect((await round(2 * HOUR))?.faults).toMatchObject([
    { code: 'trust/log', message: expect.stringMatching(/^Cannot take root version 2/) },
  ])
})

test('a carried copy that is past its expiry is refused, and what is in force stays', async () => {
  const { host, served, offer, enable, round } = follower
  offer(1)
  await enable({ url: `file://${served.repo.folder}`, isCarried: true })
  await round()
  served.repo.days['carried'] = -1
  offer(2)
  publish(served.repo, [])
  const [fault] = (await round(2 * HOUR))?.faults ?? []
  expect(fault).toMatchObject({
    code: 'trust/expired',
    message: expect.stringMatching(
      /^Cannot trust the repository: its timestamp was valid until \d{4}-[-\dT:]+Z, and now it is \d{4}-[-\dT:.]+Z$/,
    ),
    try: expect.stringContaining('a copy has to be carried here anew'),
  })
  expect(host.enabled()).toEqual(['fix_1'])
})
