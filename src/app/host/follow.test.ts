import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeBundle } from '../../../test/kit/bundle-specimen.ts'
import { type FollowingHost, makeFollowingHost } from '../../../test/kit/following-host.ts'
import {
  type SmallRepository,
  makeSmallRepository,
  offerOf,
  publish,
  putBundle,
  putTarget,
  writeLog,
} from '../../../test/kit/small-repository.ts'
import { type TestServer, folderHandler, serve } from '../../../test/kit/static-server.ts'
import type { Offer } from '../../core/trust/mod.ts'
import { runAgent } from './agent.ts'
import { applyPatch, downgradePatch } from './apply.ts'
import { disableRepository, enableRepository, planUpdates } from './enable.ts'
import { readHistoryOf } from './history.ts'
import { readStatus } from './status.ts'
import { listUpdates } from './updates.ts'

/** A host that follows a repository over a plain web server. */

const RELEASE = '6.1.0-1-cloud-amd64'
const BUILD_ID = 'ab'.repeat(20)
const HOUR = 3_600_000
let folder: string
let repo: SmallRepository
let server: TestServer
let host: FollowingHost

beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/kmend-follow-`)
  repo = makeSmallRepository(`${folder}/published`, RELEASE)
  server = await serve(folderHandler(repo.folder))
  host = makeFollowingHost(`${folder}/host`, { release: RELEASE, buildId: BUILD_ID })
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

const enable = (change: object = {}) =>
  enableRepository({ url: server.url, fingerprint: repo.fingerprint, tier: 'stable', isCarried: false, ...change }, host.ports)
const acts = async () =>
  (await readHistoryOf(undefined, host.ports)).entries.map(({ act, patch, outcome }) => `${act} ${patch ?? '-'} ${outcome}`)
const round = async (aheadMs = 0) => {
  host.aheadMs += aheadMs
  return (await runAgent(host.ports)).followed
}

function offerVersion(version: number, change: Partial<Offer> = {}): void {
  const { bytes, manifest } = makeBundle({ name: `fix_${version}`, version, release: RELEASE, buildId: BUILD_ID })
  const told = { name: `fix_${version}`, version, release: RELEASE, buildId: BUILD_ID, moduleSha256: manifest.module.sha256 }
  putBundle(repo, offerOf({ ...told, ...change }), bytes)
  publish(repo, ['stable'])
}

const BAD = { sinceMs: 0, reason: 'it panics', stepBack: true }

test('what is on offer goes in, and after a second version that is taken back the first one is in force again', async () => {
  offerVersion(1)
  await enable()
  await round()
  expect(host.enabled()).toEqual(['fix_1'])
  await round(2 * HOUR) // its trial ends
  offerVersion(2)
  await round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_2'])
  offerVersion(2, { retracted: BAD })
  await round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
  await round(2 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
  expect(await acts()).toEqual([
    ...['enable - done', 'apply fix_1 done', 'decide fix_1 done', 'accept fix_1 done', 'decide - done'],
    ...['apply fix_2 done', 'decide fix_2 done', 'accept fix_2 done', 'downgrade fix_1 done', 'decide fix_2 done', 'decide - done'],
  ])
})

test('a first version that is taken back comes out, where nothing was before it', async () => {
  offerVersion(1)
  await enable()
  await round()
  offerVersion(1, { retracted: BAD })
  await round(2 * HOUR)
  expect(host.enabled()).toEqual([])
})

test('what was taken back since the last check does not go in, and not by hand either', async () => {
  offerVersion(1)
  await enable()
  offerVersion(1, { retracted: BAD })
  const report = await round()
  expect([host.enabled(), report?.plan.act.kind]).toEqual([[], 'nothing'])
  await expect(applyPatch({ patch: 'fix_1', mayReplaceOthers: false, reason: null, package: null }, host.ports)).rejects.toMatchObject({
    code: 'trust/retracted',
  })
})

test('what was taken back does not go in from a file either', async () => {
  offerVersion(1, { retracted: BAD })
  await enable()
  const { bytes } = makeBundle({ name: 'fix_1', version: 1, release: RELEASE, buildId: BUILD_ID })
  const patch = `${folder}/fix_1.kmend`
  await host.ports.files.write(patch, bytes)
  expect(await applyPatch({ patch, mayReplaceOthers: false, reason: null, package: null }, host.ports)).toMatchObject({
    kind: 'refused',
    faults: [{ code: 'trust/retracted' }],
  })
  expect(host.enabled()).toEqual([])
})

test('nor does a person go back to it', async () => {
  for (const version of [1, 2, 3]) {
    offerVersion(version)
    await (version === 1 ? enable() : undefined)
    await round(2 * HOUR)
    await round(2 * HOUR) // its trial ends
  }
  offerVersion(2, { retracted: BAD })
  await round(2 * HOUR)
  await downgradePatch({ reason: null }, host.ports)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('while the repository is away, what was brought goes in as long as the metadata is valid', async () => {
  host.put('/etc/kmend/kmend.toml', '[updates]\ndelay = "3h"\n')
  offerVersion(1)
  await enable()
  expect((await round())?.plan.act).toMatchObject({ kind: 'wait', offer: { name: 'fix_1' } })
  await planUpdates(host.ports)
  await server.close()
  await round(4 * HOUR)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('a clock that was put back is noticed, and nothing goes in', async () => {
  host.put('/etc/kmend/kmend.toml', '[updates]\nautomatic = false\n')
  offerVersion(1)
  await enable()
  host.put('/etc/kmend/kmend.toml', '')
  host.aheadMs = -24 * HOUR
  const report = await round()
  expect([report?.faults[0]?.code, host.enabled()]).toEqual(['trust/clock', []])
})

test('what is not in the log, or in one that went back, is refused, and what is in force stays', async () => {
  offerVersion(1)
  await enable()
  await round()
  const before = [...repo.logged]
  offerVersion(2)
  repo.logged.splice(0, repo.logged.length, ...before.map((entry) => ({ ...entry, timeMs: 1 })), ...repo.logged.slice(-1))
  writeLog(repo)
  const report = await round(2 * HOUR)
  expect([report?.faults[0]?.code, report?.faults[0]?.message]).toEqual([
    'trust/log',
    expect.stringContaining('its first 1 entries are not'),
  ])
  offerVersion(3)
  rmSync(`${repo.folder}/log/leaf`, { recursive: true })
  expect((await round(2 * HOUR))?.faults[0]?.code).toBe('trust/log')
  expect(host.enabled()).toEqual(['fix_1'])
})

test('by hand, a person applies it by its name', async () => {
  host.put('/etc/kmend/kmend.toml', '[updates]\nautomatic = false\n')
  offerVersion(1)
  await enable()
  await round()
  expect(host.enabled()).toEqual([])
  await applyPatch({ patch: 'fix_1', mayReplaceOthers: false, reason: null, package: null }, host.ports)
  expect(host.enabled()).toEqual(['fix_1'])
})

test('a bundle that is another than its offer says is not applied', async () => {
  offerVersion(1, { moduleSha256: 'ee'.repeat(32) })
  await enable()
  expect([(await round())?.faults[0]?.code, host.enabled()]).toEqual(['trust/metadata', []])
})

test('status says whom it follows, what comes next, and why the last check failed', async () => {
  offerVersion(1, { urgency: { cvss: 5, knownExploited: false } })
  host.put('/etc/kmend/kmend.toml', '[updates]\nscope = ["cvss>=7"]\n')
  await enable()
  await server.close()
  await round(2 * HOUR)
  const { following } = await readStatus(host.ports)
  expect(following).toMatchObject({ url: server.url, tier: 'stable', known: { plan: { act: { kind: 'nothing' } } } })
  expect(following?.known?.error).toContain('Cannot fetch')
})

test('until when the kernel is covered, and what is wrong with it, comes with the repository, and goes with it', async () => {
  const kernels = [{ release: RELEASE, packageVersion: null, from: '2026-01-01', until: '2099-01-01' }]
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
  put('vulnerabilities/vulnerabilities.json', { schema: 'kmend/vulnerabilities/1', release: RELEASE, asOfMs: 5, sources: [], cves: [cve] })
  publish(repo, ['lifecycle', 'vulnerabilities'])
  await enable()
  expect((await readStatus(host.ports)).coverage).toMatchObject({ kind: 'covered', until: '2099-01-01' })
  expect(await listUpdates(host.ports)).toMatchObject({ asOfMs: 5, fixes: [{ id: 'CVE-2026-1000', way: 'nothing yet' }] })
  server.log.length = 0
  await round(2 * HOUR)
  expect(server.log.map((line) => line.replace(/.*\//, ''))).toEqual(['2.root.json 404', 'timestamp.json 304'])
  await disableRepository(host.ports)
  expect((await readStatus(host.ports)).coverage).toEqual({ kind: 'unknown' })
})

test('a repository that is not the pinned one, or has no such tier, is not followed', async () => {
  await expect(enable({ fingerprint: 'ee'.repeat(32) })).rejects.toMatchObject({ code: 'trust/root' })
  await expect(enable({ tier: 'canary' })).rejects.toMatchObject({ code: 'trust/delegation', message: expect.stringContaining('stable') })
  expect((await readStatus(host.ports)).following).toBe(null)
})

test('a folder will do, also one that was carried; after disable nothing is asked any more', async () => {
  offerVersion(1)
  await enable({ url: `file://${repo.folder}`, isCarried: true })
  expect((await planUpdates(host.ports)).plan.act).toMatchObject({ kind: 'apply' })
  await disableRepository(host.ports)
  expect(await round()).toBe(null)
  await expect(planUpdates(host.ports)).rejects.toMatchObject({ code: 'host/no-repository' })
  expect([await disableRepository(host.ports), server.log]).toEqual([undefined, []])
})
