import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BuildKernel, type StageTime, build, openBuildKernel } from '../src/app/build/mod.ts'
import type { CachedKernel } from '../src/app/kernel/mod.ts'
import { update } from '../src/app/update/mod.ts'
import { makeBuildPorts } from '../src/bin/ports/build-ports.ts'
import { makeUpdatePorts } from '../src/bin/ports/update-ports.ts'
import { findFunction, patchFunction } from '../test/kit/find-code.ts'
import { chooseCached } from './bench/kernel.ts'
import { runNode } from './run.ts'

/**
 * Builds on a cached kernel, stage by stage. Cold: in a process that has not opened the kernel, with no original compiled yet. Warm: once more, with
 * the kernel open and the originals there. The patched objects are compiled in both. A whole update is measured, too, where its target is named; it takes long.
 * ./dev bench build [release] [--to <source version>]
 */

interface Case {
  readonly name: string
  /** Files of which one function is changed each. */
  readonly paths: readonly string[]
}

const CASES: readonly Case[] = [
  { name: 'one file', paths: ['fs/fcntl.c'] },
  {
    name: 'ten files',
    paths: [
      ...[
        'fs/namei.c',
        'fs/pipe.c',
        'mm/mremap.c',
        'kernel/ptrace.c',
        'net/core/skbuff.c',
        'net/ipv4/tcp_input.c',
        'net/packet/af_packet.c',
      ],
      ...['drivers/block/loop.c', 'fs/ext4/namei.c', 'net/netfilter/nf_tables_api.c'],
    ],
  },
]

/** Everything that a newer source changes. */
const WHOLE = 'whole update'

const ports = makeBuildPorts(() => {})
const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' }, case: { type: 'string' } } })
if (values.case === undefined) await measureAll(positionals[0], values.to)
else await measureOne(values.case, positionals[0], values.to)

/** Each case in a process of its own, so that the first is no colder than the last. */
async function measureAll(named: string | undefined, to: string | undefined): Promise<void> {
  const { release } = (await chooseCached(named, ports)).target
  process.stdout.write(`${release}\n`)
  const cases = [...CASES.map(({ name }) => [name]), ...(to === undefined ? [] : [[WHOLE, '--to', to]])]
  for (const words of cases) {
    const { code } = await runNode([import.meta.filename, release, '--case', ...words], { show: true })
    if (code !== 0) process.exitCode = code
  }
}

async function measureOne(name: string, release: string | undefined, to: string | undefined): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kmend-bench-'))
  try {
    const place = { kernel: await chooseCached(release, ports), folder }
    const fix = CASES.find((one) => one.name === name)
    if (fix !== undefined) await measureFix(fix, place)
    else if (name === WHOLE && to !== undefined) await measureUpdate(to, place)
    else throw new Error(`Cannot measure: there is no case "${name}"`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Place {
  readonly kernel: CachedKernel
  /** For what is built. */
  readonly folder: string
}

async function measureFix({ name, paths }: Case, place: Place): Promise<void> {
  const { kernel } = place
  const present = paths.filter((path) => existsSync(join(kernel.paths.tree, path)))
  const patches = present.map((path) => ({
    file: path,
    text: patchFunction(kernel.paths.tree, path, { func: findFunction(kernel.paths.tree, path) }),
  }))
  await measure(name === 'one file' ? `${name} (target 15 s)` : name, place, async (output, opened) => {
    const request = { patches, release: kernel.target.release, name: 'bench', output, fuzz: 0, allowLayout: [], cves: [], bugs: [] }
    const outcome = await build(request, ports, opened)
    if (outcome.kind !== 'built') throw new Error(`Cannot measure: ${name} was not built: ${JSON.stringify(outcome).slice(0, 2000)}`)
    return outcome.times
  })
}

async function measureUpdate(to: string, place: Place): Promise<void> {
  const { release, packageVersion } = place.kernel.target
  await measure(`${packageVersion} to ${to} (target 30 min cold, 15 min warm)`, place, async (output, opened) => {
    const request = { release, from: undefined, to, only: [], version: 1, name: 'bench', output, cves: [], bugs: [], cveRecords: [] }
    const outcome = await update(request, makeUpdatePorts(showProgress), opened)
    process.stdout.write(
      `${outcome.kind}: ${outcome.unitCount} units, ${outcome.rounds} rounds; ${JSON.stringify(outcome.account.totals)}\n`,
    )
    return outcome.times
  })
  const megabytes = process.resourceUsage().maxRSS / 1024
  process.stdout.write(`memory of this process at most ${megabytes.toFixed(0)} MB; each compiler that it runs has its own\n`)
}

/** Runs twice with originals of its own, and prints both side by side. */
async function measure(
  name: string,
  { kernel, folder }: Place,
  run: (output: string, opened: BuildKernel) => Promise<readonly StageTime[]>,
): Promise<void> {
  const own = join(folder, name.replaceAll(/\W+/g, '-'))
  let opened: BuildKernel | undefined
  const lap = async (side: 'cold' | 'warm') => {
    const start = performance.now()
    if (opened === undefined) {
      const fresh = await openBuildKernel(kernel.target.release, ports)
      opened = { ...fresh, paths: { ...fresh.paths, originals: join(own, 'originals') } }
    }
    const times = await run(join(own, side), opened)
    await rm(join(own, side), { recursive: true, force: true })
    return { times, ms: performance.now() - start }
  }
  const cold = await lap('cold')
  const warm = await lap('warm')
  const stages = new Set(cold.times.map(({ stage }) => stage))
  const rows = [...stages].map((stage) => row(stage, timeOf(cold.times, stage), timeOf(warm.times, stage)))
  process.stdout.write(`\n${name}${' '.repeat(10)}cold      warm\n`)
  process.stdout.write(`${[...rows, row('all', cold.ms, warm.ms)].join('\n')}\n`)
}

/** A stage that rounds repeat counts with all of them. */
function timeOf(times: readonly StageTime[], stage: string): number {
  return times.filter((time) => time.stage === stage).reduce((sum, { ms }) => sum + ms, 0)
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`)
}

function row(stage: string, coldMs: number, warmMs: number): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(10)
  return `  ${stage.padEnd(10)}${seconds(coldMs)}${seconds(warmMs)}`
}
