import { mkdirSync, readdirSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cannotRun } from '../../../test/kit/cannot-run.ts'
import { BUILD_ID, type PublishedHost, makePublishedHost } from '../../../test/kit/published-host.ts'
import { RELEASE } from '../../../test/kit/publisher.ts'
import { onSmallDisk, whyNoSmallDisk } from '../../../test/kit/small-disk.ts'
import { publishBundles, repoStatus, verifyRepository } from '../../app/repo/mod.ts'

/** A disk that is full for everybody (ENOSPC), not a file that may not grow: nothing is half-written, the fault says so, and the next run goes through. */

const noDisk = whyNoSmallDisk()
let world: PublishedHost
beforeEach(async (context) => {
  if (noDisk !== undefined) cannotRun(context, noDisk)
  world = await makePublishedHost()
})
afterEach(() => world?.remove())

const bundle = (version: number) => world.publisher.bundle({ name: `fix_${version}`, version, buildId: BUILD_ID })
const publish = (version: number) =>
  publishBundles(world.publisher.repo, { bundles: [bundle(version)], tier: 'stable' }, world.publisher.ports)

test.each([
  ['nothing can be prepared', 0],
  ['a part of it is public', 32],
])('a publisher, where %s', { timeout: 60_000 }, async (_, free) => {
  const { repo, folder, fingerprint, ports } = world.publisher
  await publish(1)
  const script = `room "$2"
publish() { "$0" src/bin/kmend.ts repo publish "$1" --repo "$folder" --tier stable --yes --json || true; }
publish "$1"
cp -a "$folder" "$3"
room 65536
publish "$1"
cp -a "$folder" "$4"`
  const printed = await onSmallDisk(repo, script, [bundle(2), `${free}`, `${folder}/first`, `${folder}/then`])
  const [first, then] = printed.split(/^(?=\{)/m).map((text) => JSON.parse(text) as unknown)
  expect(first).toMatchObject({ error: { code: 'io/no-space', exit: 6 } })
  // Where a part of it was public, it is gone through with: it is done, not "published already".
  expect(then).toMatchObject({ kind: 'published', act: 'publish' })
  const seen = async (copy: string) => {
    expect(readdirSync(copy, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.part'))).toEqual([])
    expect(await verifyRepository({ address: `file://${copy}/public`, fingerprint }, ports)).toMatchObject({ findings: [], expired: [] })
    return (await repoStatus(copy, ports)).kernels.flatMap(({ tiers }) => tiers[1]?.offers.map(({ offer }) => offer.name))
  }
  expect(await seen(`${folder}/first`)).toEqual(['fix_1'])
  expect(await seen(`${folder}/then`)).toEqual(['fix_1', 'fix_2'])
})

test('a host, with ever more room', { timeout: 60_000 }, async () => {
  await publish(1)
  const { publisher, server } = world
  const disk = `${publisher.folder}/host`
  mkdirSync(disk)
  const program = 'exec "$0" test/kit/rounds-on-small-disk.ts "$folder" "$@"'
  const rounds = JSON.parse(await onSmallDisk(disk, program, [server.url, publisher.fingerprint, RELEASE, BUILD_ID])) as readonly Round[]
  const failed = rounds.filter(({ said }) => said.length > 0)
  expect(failed.length).toBeGreaterThan(2)
  expect(new Set(failed.flatMap(({ said }) => said))).toEqual(new Set(['io/no-space']))
  expect(rounds.flatMap(({ broken }) => broken)).toEqual([])
  expect(rounds.at(-1)).toMatchObject({ said: [], enabled: ['fix_1'] })
})

/** As test/kit/rounds-on-small-disk.ts prints it. */
interface Round {
  readonly free: number
  readonly said: readonly string[]
  readonly enabled: readonly string[]
  readonly broken: readonly string[]
}
