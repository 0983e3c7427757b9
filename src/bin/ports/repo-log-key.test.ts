import { rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FollowingHost, makeFollowingHost } from '../../../test/kit/following-host.ts'
import { type TestPublisher, RELEASE, killedAt, makePublisher } from '../../../test/kit/publisher.ts'
import { enableRepository, runAgent } from '../../app/host/mod.ts'
import { auditLog } from '../../app/log/mod.ts'
import { listKeys, publishBundles, refreshRepository, rotateKey, verifyRepository } from '../../app/repo/mod.ts'
import { makeAuditPorts } from './log-ports.ts'

/** The log gets another key, which root names, and its readers go along. */

const BUILD_ID = 'ab'.repeat(20)
const HOUR = 3_600_000
let publisher: TestPublisher
let host: FollowingHost
beforeEach(async () => {
  publisher = await makePublisher()
  host = makeFollowingHost(`${publisher.folder}/host`, { release: RELEASE, buildId: BUILD_ID })
  await publish(1)
  const { fingerprint } = publisher
  await enableRepository({ url: `file://${publisher.repo}/public`, fingerprint, tier: 'stable', isCarried: false }, host.ports)
})
afterEach(() => publisher.remove())

const publish = (version: number) =>
  publishBundles(
    publisher.repo,
    { bundles: [publisher.bundle({ name: `fix_${version}`, version, buildId: BUILD_ID })], tier: 'stable' },
    publisher.ports,
  )
const rotate = (ports = publisher.ports) => rotateKey(publisher.repo, { role: 'log' }, ports)
const round = async () => {
  host.aheadMs += 2 * HOUR
  const { followed } = await runAgent(host.ports)
  return [host.enabled(), followed?.faults]
}
const keyOfLog = async () => (await listKeys(publisher.repo, publisher.ports)).find(({ role }) => role === 'log')?.keys[0]

test('the key of the log is rotated: hosts, auditors and verifiers go along, and the former key has no say any more', async () => {
  const former = await keyOfLog()
  const { fingerprint } = publisher
  const audit = (kept?: Uint8Array) =>
    auditLog(
      { kept, demand: undefined },
      makeAuditPorts({ url: `file://${publisher.repo}/public`, fingerprint, folder: `${publisher.folder}/audit` }),
    )
  const { checkpoint } = await audit()
  expect(await rotate()).toMatchObject({ kind: 'published', documents: 1 })
  expect(await keyOfLog()).toMatchObject({ id: expect.not.stringMatching(former?.id ?? ''), file: expect.stringContaining('/keys/log-') })
  rmSync(former?.file ?? '')
  expect(await round()).toEqual([['fix_1'], []])
  await publish(2)
  expect(await round()).toEqual([['fix_2'], []])
  expect(await audit(checkpoint)).toMatchObject({ alarms: [] })
  expect(await verifyRepository({ address: `file://${publisher.repo}/public`, fingerprint }, publisher.ports)).toMatchObject({
    findings: [],
  })
})

test(
  'a publisher that is killed at any write of it stops no host, and the next act goes through with it',
  { timeout: 120_000 },
  async () => {
    for (let number = 0, isDone = false; !isDone; number++) {
      const { ports, wasKilled } = killedAt(number, publisher.ports)
      await rotate(ports).catch(() => {})
      expect(await round()).toEqual([['fix_1'], []])
      await refreshRepository(publisher.repo, publisher.ports)
      expect(await round()).toEqual([['fix_1'], []])
      isDone = !wasKilled()
    }
  },
)

test('a key of the log that is lost is rotated all the same', async () => {
  rmSync((await keyOfLog())?.file ?? '')
  await expect(publish(2)).rejects.toMatchObject({ code: 'key/unusable' })
  expect(await rotate()).toMatchObject({ kind: 'published' })
  await publish(2)
  expect(await round()).toEqual([['fix_2'], []])
})
