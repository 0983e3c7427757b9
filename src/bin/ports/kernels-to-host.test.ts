import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BUILD_ID, type PublishedHost, makePublishedHost } from '../../../test/kit/published-host.ts'
import { RELEASE } from '../../../test/kit/publisher.ts'
import { checkThisHost, enableRepository, listAllKernels, readHistoryOf, readStatus, runAgent } from '../../app/host/mod.ts'
import { publishBundles, publishData } from '../../app/repo/mod.ts'

/** What a host is told of the kernels that it does not run, by the publisher's own commands. */

const NEXT = '6.1.0-2-cloud-amd64'
const DAY = 86_400_000
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

const dayIn = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)

const CVE = {
  ...{ title: 'a bound', cvss: [{ vector: 'v', score: 7.8, source: 'NVD' }], fixedIn: null, reason: null, match: 'record' },
  knownExploited: { since: '2026-11-02', source: 'CISA' },
}

/** Version 1 in stable, 2 in canary; what version 1 fixes, and what nothing does. */
async function publishKernel(release: string, daysLeft: number): Promise<void> {
  const name = (version: number) => `fix_${release.slice(6, 7)}_${version}`
  for (const [version, tier] of [[1, 'stable'] as const, [2, 'canary'] as const]) {
    const bundle = publisher.bundle({ name: name(version), version, release, buildId: BUILD_ID })
    await publishBundles(publisher.repo, { bundles: [bundle], tier }, publisher.ports)
  }
  const [lifecycle, vulnerabilities] = [`${publisher.folder}/lifecycle.json`, `${publisher.folder}/vulnerabilities.json`]
  const dates = { release, packageVersion: null, from: '2026-01-01', until: dayIn(daysLeft) }
  writeFileSync(lifecycle, JSON.stringify({ schema: 'kmend/lifecycle/1', kernels: [dates] }))
  const cves = [
    { ...CVE, id: 'CVE-2026-1001', standing: 'live', patch: { name: name(1), version: 1 } },
    { ...CVE, id: 'CVE-2026-1002', standing: 'live', patch: { name: name(2), version: 2 } },
    { ...CVE, id: 'CVE-2026-1003', standing: 'open', patch: null, knownExploited: null },
  ]
  writeFileSync(vulnerabilities, JSON.stringify({ schema: 'kmend/vulnerabilities/1', release, asOfMs: 5, sources: [], cves }))
  await publishData(publisher.repo, { release, lifecycle, vulnerabilities }, publisher.ports)
}

const enable = () => enableRepository({ url: server.url, fingerprint: publisher.fingerprint, tier: 'stable', isCarried: false }, host.ports)
const round = async (aheadMs: number) => {
  host.aheadMs += aheadMs
  server.log.length = 0
  expect((await runAgent(host.ports)).followed?.faults).toEqual([])
  return server.log.map((line) => line.replace(/^.*?\/(?=kernels|catalogue)/, '').replace(/\/.*\//, ' '))
}

test('before the next kernel is chosen, each on offer is shown with its end, its newest live patch in the tier, and what that leaves', async () => {
  await publishKernel(RELEASE, 200)
  await publishKernel(NEXT, 400)
  await enable()
  const { running, tier, kernels } = await listAllKernels(host.ports)
  expect([running, tier]).toEqual([RELEASE, 'stable'])
  expect(kernels.map(({ release, coverage }) => [release, coverage])).toEqual([
    [RELEASE, { kind: 'covered', until: dayIn(200), daysLeft: 200 }],
    [NEXT, { kind: 'covered', until: dayIn(400), daysLeft: 400 }],
  ])
  expect(kernels[1]).toMatchObject({
    newest: { name: 'fix_2_1', version: 1 },
    known: {
      asOfMs: 5,
      live: 1,
      pending: [
        { id: 'CVE-2026-1002', score: 7.8, isKnownExploited: true, way: 'fix_2_2, version 2, which is not in the tier yet' },
        { id: 'CVE-2026-1003', isKnownExploited: false, way: 'nothing yet' },
      ],
    },
  })
})

test('the end of a kernel is announced with those that are covered longer, which a host asks for once a day', async () => {
  await publishKernel(RELEASE, 20)
  await publishKernel(NEXT, 400)
  await publishKernel('6.1.0-3-amd64', 500) // of another flavour
  await enable()
  await round(2 * DAY - (Date.now() % DAY))
  const [longer] = (await readStatus(host.ports)).coveredLonger
  expect(longer).toMatchObject({ release: NEXT, coverage: { until: dayIn(400) } })
  const { check } = await checkThisHost(host.ports)
  expect(check.findings.map(({ text }) => text).join()).toContain(`(on offer: ${NEXT} until ${dayIn(400)})`)
  expect(await round(DAY / 12)).toEqual(['kernels 2.root.json 404', 'kernels timestamp.json 304'])
})

test('60, 30 and 7 days before the end, and at it, the history says so once, with those that are covered longer', async () => {
  await publishKernel(RELEASE, 62)
  await publishKernel(NEXT, 400)
  await enable()
  const announced = async () =>
    (await readHistoryOf(undefined, host.ports)).entries.flatMap(({ act, detail }) => (act === 'announce' ? [detail] : []))
  const passed: (readonly [number, unknown, string, string])[] = []
  let today = 62
  for (const daysLeft of [61, 60, 59, 31, 30, 29, 8, 7, 6, 0, -1]) {
    const before = (await announced()).length
    await round((today - daysLeft) * DAY - HOUR)
    await round(HOUR)
    today = daysLeft
    const [news, ...others] = (await announced()).slice(before)
    const { check } = await checkThisHost(host.ports)
    expect(others).toEqual([])
    const [said = ''] = check.findings.map(({ text }) => text)
    if (news === undefined) continue
    passed.push([daysLeft, news['kernels'], check.level, said === news['text'] ? said.replace(/^.*?: | \(.*/g, '') : 'something else'])
  }
  expect(passed).toEqual([
    [60, [NEXT], 'warning', 'plan an update of the kernel and a reboot'],
    [30, [NEXT], 'warning', 'set a date to update the kernel and reboot'],
    [7, [NEXT], 'critical', 'update the kernel and reboot'],
    [-1, [NEXT], 'critical', 'update the kernel and reboot'],
  ])
})

test('a host whose kernel is near its end when it is enabled hears so by the next round, and of the kernels on offer', async () => {
  await publishKernel(RELEASE, 20)
  await publishKernel(NEXT, 400)
  await enable()
  expect((await runAgent(host.ports)).announced).toBe(
    `live patches for this kernel end in 20 days, on ${dayIn(20)}: set a date to update the kernel and reboot (on offer: ${NEXT} until ${dayIn(400)})`,
  )
  expect((await runAgent(host.ports)).announced).toBe(null)
})

test('far from its end a host asks for no other kernel', async () => {
  await publishKernel(RELEASE, 200)
  await publishKernel(NEXT, 400)
  await enable()
  expect((await round(DAY / 12)).filter((line) => line.includes('catalogue'))).toEqual([])
  expect((await readStatus(host.ports)).coveredLonger).toEqual([])
})
