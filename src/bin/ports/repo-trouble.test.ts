import { spawnSync } from 'node:child_process'
import { readdirSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestPublisher, makePublisher } from '../../../test/kit/publisher.ts'
import { publishBundles, refreshRepository, repoStatus, verifyRepository } from '../../app/repo/mod.ts'

/** Two at once, and no room: nothing is lost, nothing half-written. */

let publisher: TestPublisher
beforeEach(async () => {
  publisher = await makePublisher()
})
afterEach(() => publisher.remove())

const publish = (name: string, version: number) =>
  publishBundles(publisher.repo, { bundles: [publisher.bundle({ name, version })], tier: undefined }, publisher.ports)
const verify = () => verifyRepository({ address: `file://${publisher.repo}/public`, fingerprint: publisher.fingerprint }, publisher.ports)
const inCanary = async () =>
  (await repoStatus(publisher.repo, publisher.ports)).kernels.flatMap(({ tiers }) => tiers[0]?.offers.map(({ offer }) => offer.name))

test('of two that publish at once both are public in the end, or one is told to come again', async () => {
  const wishes = ['fix_1', 'fix_2', 'fix_3']
  const outcomes = await Promise.allSettled(wishes.map((name, at) => publish(name, at + 1)))
  const published = wishes.filter((_, at) => outcomes[at]?.status === 'fulfilled')
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [(outcome.reason as { code: string }).code] : []))
  expect(refused.filter((code) => !['repo/locked', 'repo/order'].includes(code))).toEqual([])
  expect(published.length).toBeGreaterThan(0)
  expect(await inCanary()).toEqual(published)
  expect(await verify()).toMatchObject({ findings: [], expired: [] })
})

test('a publisher that comes while another is at it is told so, and nothing is changed', async () => {
  await publish('fix_1', 1)
  await publisher.ports.openStore(`${publisher.repo}/public`, publisher.repo).withLock(async () => {
    await expect(publish('fix_2', 2)).rejects.toMatchObject({ code: 'repo/locked', exit: 10 })
  })
  expect(await inCanary()).toEqual(['fix_1'])
})

/** As the launchers do: most of a start is reading the same sources. */
const env = { ...process.env, NODE_COMPILE_CACHE: 'node_modules/.compile-cache' }

/** The real command, whose files may not grow beyond so many blocks of 512 bytes. */
function publishWithin(blocks: number, bundle: string) {
  const command = `ulimit -f ${blocks}; exec "$0" src/bin/kmend.ts repo publish "$1" --repo "$2" --yes --json`
  const { status, stdout } = spawnSync('sh', ['-c', command, process.execPath, bundle, publisher.repo], { encoding: 'utf8', env })
  return { status, printed: JSON.parse(stdout) as { readonly error?: { readonly code: string } } }
}

test(
  'where a file does not fit the command says so, what is public stays, and the next one goes through with it',
  { timeout: 120_000 },
  async () => {
    await publish('fix_1', 1)
    const bundle = publisher.bundle({ name: 'fix_2', version: 2 })
    const stopped = [2, 5, 13].filter((blocks) => {
      const { status, printed } = publishWithin(blocks, bundle)
      if (status === 0) return false
      expect([status, printed.error?.code]).toEqual([6, 'io/no-space'])
      return true
    })
    expect(stopped.length).toBeGreaterThan(1)
    expect(readdirSync(publisher.repo, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await verify()).toMatchObject({ findings: [], expired: [] })
    await refreshRepository(publisher.repo, publisher.ports)
    if (!(await inCanary()).includes('fix_2')) await publish('fix_2', 2)
    expect(await inCanary()).toEqual(['fix_1', 'fix_2'])
    expect(await verify()).toMatchObject({ findings: [], expired: [] })
  },
)

test('a key that does not fit is not there', () => {
  rmSync(`${publisher.repo}/keys`, { recursive: true })
  const command = 'ulimit -f 0; exec "$0" src/bin/kmend.ts repo key new "$1" --json'
  const { status, stdout } = spawnSync('sh', ['-c', command, process.execPath, `${publisher.repo}/keys/one.pem`], { encoding: 'utf8', env })
  expect([status, JSON.parse(stdout)]).toEqual([6, { error: expect.objectContaining({ code: 'io/no-space' }) }])
  expect(readdirSync(`${publisher.repo}/keys`)).toEqual([])
})
