import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BAD, type Follower, HOUR, makeFollower } from '../../../test/kit/follower.ts'
import type { FollowingHost } from '../../../test/kit/following-host.ts'
import { type SmallRepository, publish, putTarget, writeLog } from '../../../test/kit/small-repository.ts'
import type { TestServer } from '../../../test/kit/static-server.ts'
import { applyPatch, downgradePatch } from './apply.ts'
import { checkThisHost } from './check.ts'
import { disableRepository, planUpdates } from './enable.ts'
import { readStatus } from './status.ts'
import { listUpdates } from './updates.ts'

/** What a host does that follows a repository over a plain web server. */

let follower: Follower
let repo: SmallRepository
let server: TestServer
let host: FollowingHost

beforeEach(async () => {
  follower = await makeFollower()
  ;({
    host,
    served: { repo, server },
  } = follower)
})
afterEach(() => follower.served.remove())

test('what is on offer goes in, and after a second version that is taken back the first one is in force again', async () => {
  follower.offer(1)
  await follower.enable()
  await follower.round()
  expect(host.enabled()).toEqual(['fix_1'])
  await follower.round(2 * HOUR) // its trial ends
  follower.offer(2)
  await follower.round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_2'])
  follower.offer(2, { retracted: BAD })
  await follower.round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
  await follower.round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
  expect(await follower.acts()).toEqual([
    ...['enable - done', 'apply fix_1 done', 'decide fix_1 done', 'accept fix_1 done', 'decide - done'],
    ...['apply fix_2 done', 'decide fix_2 done', 'accept fix_2 done', 'downgrade fix_1 done', 'decide fix_2 done', 'decide - done'],
  ])
})

test('a first version that is taken back comes out, where nothing was before it', async () => {
  follower.offer(1)
  await follower.enable()
  await follower.round()
  follower.offer(1, { retracted: BAD })
  await follower.round(2 * HOUR)
  expect(host.enabled()).toEqual([])
})

test('what was taken back since the last check does not go in, and not by hand either', async () => {
  follower.offer(1)
  await follower.enable()
  follower.offer(1, { retracted: BAD })
  const report = await follower.round()
  expect([host.enabled(), report?.plan.act.kind]).toEqual([[], 'nothing'])
  await expect(applyPatch({ patch: 'fix_1', mayReplaceOthers: false, reason: null, package: null }, host.ports)).rejects.toMatchObject({
    code: 'trust/retracted',
  })
})

test('what was taken back does not go in from a file either', async () => {
  follower.offer(1, { retracted: BAD })
  await follower.enable()
  const patch = '/srv/fix_1.kmend'
  await host.ports.files.write(patch, follower.bundle(1))
  expect(await applyPatch({ patch, mayReplaceOthers: false, reason: null, package: null }, host.ports)).toMatchObject({
    kind: 'refused',
    faults: [{ code: 'trust/retracted' }],
  })
  expect(host.enabled()).toEqual([])
})

test('nor does a person go back to it', async () => {
  for (const version of [1, 2, 3]) {
    follower.offer(version)
    await (version === 1 ? follower.enable() : undefined)
    await follower.round(2 * HOUR)
    await follower.round(2 * HOUR) // its trial ends
  }
  follower.offer(2, { retracted: BAD })
  await follower.round(2 * HOUR)
  await downgradePatch({ reason: null }, host.ports)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('while the repository is away, what was brought goes in as long as the metadata is valid', async () => {
  host.put('/etc/kmend/kmend.toml', '[updates]\ndelay = "3h"\n')
  follower.offer(1)
  await follower.enable()
  expect((await follower.round())?.plan.act).toMatchObject({ kind: 'wait', name: 'fix_1' })
  await planUpdates(host.ports)
  await server.close()
  await follower.round(4 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('a clock that was put back is noticed, and nothing goes in', async () => {
  host.put('/etc/kmend/kmend.toml', '[updates]\nautomatic = false\n')
  follower.offer(1)
  await follower.enable()
  host.put('/etc/kmend/kmend.toml', '')
  host.aheadMs = -24 * HOUR
  const report = await follower.round()
  expect([report?.faults[0]?.code, host.enabled()]).toEqual(['trust/clock', []])
})

test('what is not in the log, or in one that went back, is refused, and what is in force stays', async () => {
  follower.offer(1)
  await follower.enable()
  await follower.round()
  const before = [...repo.logged]
  follower.offer(2)
  repo.logged.splice(0, repo.logged.length, ...before.map((entry) => ({ ...entry, timeMs: 1 })), ...repo.logged.slice(-1))
  writeLog(repo)
  const report = await follower.round(2 * HOUR)
  expect([report?.faults[0]?.code, report?.faults[0]?.message]).toEqual([
    'trust/log',
    expect.stringContaining('its first 3 entries are not'),
  ])
  follower.offer(3)
  rmSync(`${repo.folder}/log/leaf`, { recursive: true })
  expect((await follower.round(2 * HOUR))?.faults[0]?.code).toBe('trust/log')
  expect(host.enabled()).toEqual(['fix_1'])
})

test('by hand, a person applies it by its name', async () => {
  host.put('/etc/kmend/kmend.toml', '[updates]\nautomatic = false\n')
  follower.offer(1)
  await follower.enable()
  await follower.round()
  expect(host.enabled()).toEqual([])
  await applyPatch({ patch: 'fix_1', mayReplaceOthers: false, reason: null, package: null }, host.ports)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('a bundle that is another than its offer says is not applied', async () => {
  follower.offer(1, { moduleSha256: 'ee'.repeat(32) })
  await follower.enable()
  expect([(await follower.round())?.faults[0]?.code, host.enabled()]).toEqual(['trust/metadata', []])
})

test('status says whom it follows, what comes next, and why the last check failed', async () => {
  follower.offer(1, { urgency: { cvss: 5, knownExploited: false } })
  host.put('/etc/kmend/kmend.toml', '[updates]\nscope = ["cvss>=7"]\n')
  await follower.enable()
  await server.close()
  await follower.round(2 * HOUR)
  const { following } = await readStatus(host.ports)
  expect(following).toMatchObject({ url: server.url, tier: 'stable', known: { plan: { act: { kind: 'nothing' } } } })
  expect(following?.known?.error).toContain('Cannot fetch')
})

test('a first enable brings each file once: a checkpoint, one tile, and a leaf for root, targets and the tier among them', async () => {
  follower.offer(1)
  await follower.enable()
  const asked = server.log.map((line) => line.split(' ')[1] ?? '')
  expect([asked.length, new Set(asked).size, asked.filter((path) => path.startsWith('/log/')).length]).toEqual([12, 12, 5])
})

test('until when the kernel is covered, and what is wrong with it, comes with the repository, and goes with it', async () => {
  const kernels = [{ release: follower.served.release, packageVersion: null, from: '2026-01-01', until: '2099-01-01' }]
  const cve = {
    id: 'CVE-2026-1000',
    title: 'a bound',
    cvss: [],
    knownExploited: null,
    fixedIn: null,
    standing: 'open',
    reason: null,
    patch: null,
    match: 'record',
  }
  const put = (path: string, data: object) => putTarget(repo, path, { content: Buffer.from(JSON.stringify(data)) })
  put('lifecycle/lifecycle.json', { schema: 'kmend/lifecycle/1', kernels })
  put('vulnerabilities/vulnerabilities.json', {
    schema: 'kmend/vulnerabilities/1',
    release: follower.served.release,
    asOfMs: 5,
    sources: [],
    cves: [cve],
  })
  publish(repo, ['lifecycle', 'vulnerabilities'])
  await follower.enable()
  expect((await readStatus(host.ports)).coverage).toMatchObject({ kind: 'covered', until: '2099-01-01' })
  expect(await listUpdates(host.ports)).toMatchObject({ asOfMs: 5, fixes: [{ id: 'CVE-2026-1000', way: 'nothing yet' }] })
  server.log.length = 0
  await follower.round(2 * HOUR)
  expect(server.log.map((line) => line.replace(/.*\//, ''))).toEqual(['2.root.json 404', 'timestamp.json 304'])
  await disableRepository(host.ports)
  expect((await readStatus(host.ports)).coverage).toEqual({ kind: 'unknown' })
})

test.each([
  [61, 'ok', []],
  [60, 'warning', ['live patches for this kernel end in 60 days']],
  [7, 'critical', ['live patches for this kernel end in 7 days']],
  [0, 'critical', ['live patches for this kernel end today']],
])('a kernel whose coverage ends in %i days: %s', async (days, level, texts) => {
  const until = new Date(Date.now() + days * 24 * HOUR).toISOString().slice(0, 10)
  const kernels = [{ release: follower.served.release, packageVersion: null, from: '2026-01-01', until }]
  putTarget(repo, 'lifecycle/lifecycle.json', { content: Buffer.from(JSON.stringify({ schema: 'kmend/lifecycle/1', kernels })) })
  publish(repo, ['lifecycle'])
  await follower.enable()
  const { check } = await checkThisHost(host.ports)
  expect([check.level, check.findings.map(({ text }) => text.replace(/[,:].*/, ''))]).toEqual([level, texts])
})

test('a repository that is not the pinned one, or has no such tier, is not followed', async () => {
  await expect(follower.enable({ fingerprint: 'ee'.repeat(32) })).rejects.toMatchObject({ code: 'trust/root' })
  await expect(follower.enable({ tier: 'canary' })).rejects.toMatchObject({
    code: 'trust/delegation',
    message: expect.stringContaining('stable'),
  })
  expect((await readStatus(host.ports)).following).toBe(null)
})

test('a folder will do, also one that was carried; after disable nothing is asked any more', async () => {
  follower.offer(1)
  await follower.enable({ url: `file://${repo.folder}`, isCarried: true })
  expect((await planUpdates(host.ports)).plan.act).toMatchObject({ kind: 'apply' })
  await disableRepository(host.ports)
  expect(await follower.round()).toBe(null)
  await expect(planUpdates(host.ports)).rejects.toMatchObject({ code: 'host/no-repository' })
  expect([await disableRepository(host.ports), server.log]).toEqual([undefined, []])
})
