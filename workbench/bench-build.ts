import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildKernel, build, openBuildKernel } from '../src/app/build/mod.ts'
import type { CachedKernel } from '../src/app/kernel/mod.ts'
import { makeBuildPorts } from '../src/bin/ports/build-ports.ts'
import { findFunction, patchFunction } from '../test/kit/find-code.ts'
import { chooseCached } from './bench/kernel.ts'

/**
 * Builds on a cached kernel, stage by stage. Cold: in a process that has not opened the kernel, with no original compiled yet. Warm: once more, with
 * the kernel open and the originals there. The patched objects are compiled in both.
 * ./dev bench build [release]
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

const ports = makeBuildPorts(() => {})
const folder = await mkdtemp(join(tmpdir(), 'kmend-bench-'))
try {
  const kernel = await chooseCached(process.argv[2], ports)
  process.stdout.write(`${kernel.target.release}\n`)
  for (const one of CASES) await measure(one, kernel)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measure({ name, paths }: Case, kernel: CachedKernel): Promise<void> {
  const present = paths.filter((path) => existsSync(join(kernel.paths.tree, path)))
  const patches = present.map((path) => ({
    file: path,
    text: patchFunction(kernel.paths.tree, path, { func: findFunction(kernel.paths.tree, path) }),
  }))
  let opened: BuildKernel | undefined
  const run = async (side: 'cold' | 'warm') => {
    const start = performance.now()
    if (opened === undefined) {
      const fresh = await openBuildKernel(kernel.target.release, ports)
      opened = { ...fresh, paths: { ...fresh.paths, originals: join(folder, name, 'originals') } }
    }
    const output = join(folder, name, side)
    const request = { patches, release: kernel.target.release, name: 'bench', output, fuzz: 0, allowLayout: [], cves: [], bugs: [] }
    const outcome = await build(request, ports, opened)
    if (outcome.kind !== 'built') throw new Error(`Cannot measure: ${name} was not built: ${JSON.stringify(outcome).slice(0, 2000)}`)
    return { times: outcome.times, ms: performance.now() - start }
  }
  const cold = await run('cold')
  const warm = await run('warm')
  const rows = cold.times.map(({ stage, ms }) => row(stage, ms, timeOf(warm.times, stage)))
  process.stdout.write(`\n${name}${name === 'one file' ? ' (target 15 s)' : ''}${' '.repeat(10)}cold      warm\n`)
  process.stdout.write(`${[...rows, row('all', cold.ms, warm.ms)].join('\n')}\n`)
}

function timeOf(times: readonly { readonly stage: string; readonly ms: number }[], stage: string): number {
  return times.find((time) => time.stage === stage)?.ms ?? 0
}

function row(stage: string, coldMs: number, warmMs: number): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(10)
  return `  ${stage.padEnd(10)}${seconds(coldMs)}${seconds(warmMs)}`
}
