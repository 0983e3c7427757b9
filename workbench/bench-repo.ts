import { execFile } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { promisify } from 'node:util'
import { type FollowingReport, enableRepository, planUpdates } from '../src/app/host/mod.ts'
import { makePassingFolder, removePassingFolder } from '../src/io/passing-folder.ts'
import { makeFollowingHost } from '../test/kit/following-host.ts'
import { type CountingServer, serveCounting } from './bench/counting-server.ts'
import { type BenchPublisher, makePublisher, promote, publishVersions, refresh, releaseOf } from './bench/repo-fill.ts'
import { type Cost, type Sampled, formatCost, sample, takeWritten } from './bench/repo-cost.ts'

/**
 * What a repository costs its publisher and its hosts, with 10, 1,000 and 20,000 bundles in it. The publisher is the real one, in one process; so is the host's
 * check, with its TUF client, over a web server on loopback; only the host's kernel is made up. Bundles are specimens of some kilobytes.
 * ./dev bench repo [bundles...]
 */

const VERSIONS = 50
const TIMES = 5
/** Of a check that finds nothing new. */
const NOTHING_NEW = 'a check, nothing new'
const [MOST_BYTES, MOST_REQUESTS] = [5000, 2]

const sizes = process.argv.slice(2).map(Number)
say([
  `${cpus().length} processors (${cpus()[0]?.model ?? '?'}), Node ${process.versions.node}, ${new Date().toISOString().slice(0, 16)}Z`,
  'ms and kB: median (worst); kB of a host: all that went over the wire, both ways, heads of requests and answers too',
])
for (const bundles of sizes.length > 0 ? sizes : [10, 1000, 20_000]) await measure(bundles)

async function measure(bundles: number): Promise<void> {
  const folder = await makePassingFolder('kmend-bench-repo-')
  try {
    const publisher = await makePublisher(`${folder}/publisher`)
    const versions = Math.min(bundles, VERSIONS)
    const kernels = Math.round(bundles / versions)
    const start = performance.now()
    for (let kernel = 0; kernel < kernels; kernel++)
      await publishVersions(publisher, { kernel, versions: countTo(versions), tier: 'stable' })
    const { stdout } = await promisify(execFile)('du', ['-sk', `${publisher.folder}/public`])
    say([
      '',
      `${bundles} bundles: ${kernels} kernels with ${versions} versions each, all of them in canary and in stable; load ${loadavg()[0]?.toFixed(1)}`,
      `  filled by ${kernels} acts of publication (up to stable, ${versions} bundles each) in ${((performance.now() - start) / 1000).toFixed(0)} s; ${(Number(stdout.split('\t')[0]) / 1000).toFixed(1)} MB on the disk`,
    ])
    const acts = await measurePublisher(publisher, versions)
    say(formatCost(acts, 'files').map(indent))
    const server = await serveCounting(`${publisher.folder}/public`)
    const asked = await measureHosts(publisher, { server, folder, kernels, versions }).finally(server.close)
    say(['', ...formatCost(asked, 'requests').map(indent)])
    judge(asked[NOTHING_NEW] ?? [])
  } finally {
    await removePassingFolder(folder)
  }
}

/** The next versions of one kernel, each first to canary, then to stable; every other time it is left to the repository to find out which kernels have it. */
async function measurePublisher(publisher: BenchPublisher, versions: number): Promise<Cost> {
  const cost: Record<string, Sampled[]> = {}
  const add = async (what: string, act: () => Promise<void>) => {
    ;(cost[what] ??= []).push(await sample(act, () => takeWritten(publisher.written)))
  }
  for (let time = 1; time <= 2 * TIMES; time++) {
    const version = versions + time
    await add('publish a bundle to canary', () => publishVersions(publisher, { kernel: 0, versions: [version], tier: 'canary' }))
    if (time % 2 === 0) await add('promote it to stable (--kernel)', () => promote(publisher, version, 0))
    else await add('promote it to stable', () => promote(publisher, version, undefined))
  }
  for (let time = 1; time <= TIMES; time++) await add('refresh all timestamps', () => refresh(publisher))
  return cost
}

interface Place {
  readonly server: CountingServer
  readonly folder: string
  readonly kernels: number
  readonly versions: number
}

/** Hosts of one kernel; in between something is published for it, or the timestamps are signed anew. */
async function measureHosts(publisher: BenchPublisher, { server, folder, kernels, versions }: Place): Promise<Cost> {
  const cost: Record<string, Sampled[]> = {}
  const kernel = kernels - 1
  const followed = { url: server.url, fingerprint: publisher.fingerprint, tier: 'stable', isCarried: false }
  for (let time = 1; time <= TIMES; time++) {
    const { ports } = makeFollowingHost(`${folder}/host-${time}`, { release: releaseOf(kernel), buildId: 'ab'.repeat(20) })
    const add = async (what: string, act: () => Promise<FollowingReport>) => {
      ;(cost[what] ??= []).push(await sample(() => succeeded(act), server.take))
    }
    const check = () => planUpdates(ports)
    await add('first enable', () => enableRepository(followed, ports))
    await add(NOTHING_NEW, check)
    await refresh(publisher)
    await add('a check, timestamp signed anew', check)
    await publishVersions(publisher, { kernel, versions: [versions + 2 * TIMES + time], tier: 'stable' })
    await add('a check, a new version', check)
  }
  return cost
}

async function succeeded(act: () => Promise<FollowingReport>): Promise<void> {
  const { error } = await act()
  if (error !== null) throw new Error(`Cannot measure: a check ended with ${error}`)
}

function judge(checks: readonly Sampled[]): void {
  const isKept = checks.every(({ bytes, count }) => bytes < MOST_BYTES && count <= MOST_REQUESTS)
  if (!isKept) process.exitCode = 1
  say([
    `  a check that finds nothing new moves under ${MOST_BYTES} bytes in ${MOST_REQUESTS} requests: ${isKept ? 'yes' : 'NO'}, of ${checks.length} checks`,
  ])
}

function countTo(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at + 1)
}

function indent(line: string): string {
  return `  ${line}`
}

function say(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}
