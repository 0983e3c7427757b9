import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../src/app/build/mod.ts'
import type { CachedKernel } from '../src/app/kernel/mod.ts'
import { makeBuildPorts } from '../src/bin/ports/build-ports.ts'
import { diffObjects, specialTables } from '../src/core/diff/mod.ts'
import { findSection, readElf } from '../src/core/elf/mod.ts'
import { findStruct, readBtf } from '../src/core/kernel/mod.ts'
import { findFunction, patchFunction } from '../test/kit/find-code.ts'
import { chooseCached } from './bench/kernel.ts'

/** Times of a one-file fix on a cached kernel, stage by stage, and of the diff of a pair of objects of about 1 MB. */

/** Small enough to be a fix like most. */
const SMALL = 'fs/fcntl.c'
/** Its object, without type information, has about 1 MB. */
const LARGE = 'fs/namei.c'
const RUNS = 9

const ports = makeBuildPorts(() => {})
const folder = await mkdtemp(join(tmpdir(), 'kmend-bench-'))
try {
  const kernel = await chooseCached(process.argv[2], ports)
  process.stdout.write(`${kernel.target.release}\n\n`)
  const { outcome, ms } = await timedBuild(kernel, SMALL)
  process.stdout.write(`build of a fix in ${SMALL}: ${seconds(ms)} (target 15 s)\n`)
  for (const time of outcome.times) process.stdout.write(`  ${time.stage.padEnd(10)} ${seconds(time.ms)}\n`)
  process.stdout.write(`\n${await diffTimes(kernel)}\n`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function timedBuild(kernel: CachedKernel, path: string) {
  const text = patchFunction(kernel.paths.tree, path, { func: findFunction(kernel.paths.tree, path) })
  const request = {
    patches: [{ file: 'bench.patch', text }],
    release: kernel.target.release,
    name: 'bench',
    output: join(folder, path),
    fuzz: 0,
    allowLayout: [],
    cves: [],
    bugs: [],
  }
  const start = performance.now()
  const outcome = await build(request, ports)
  if (outcome.kind !== 'built') throw new Error(`Cannot measure: the fix in ${path} was not built: ${JSON.stringify(outcome)}`)
  return { outcome, ms: performance.now() - start }
}

/** The first run pays for compiling kmend itself; a build pays it too. */
async function diffTimes(kernel: CachedKernel): Promise<string> {
  await timedBuild(kernel, LARGE)
  const read = (stage: string) => readFile(join(folder, LARGE, 'work', stage, LARGE.replace(/c$/, 'o')))
  const pair = { original: new Uint8Array(await read('2-original')), patched: new Uint8Array(await read('3-patched')) }
  const vmlinux = readElf(await readFile(kernel.paths.vmlinux), 'vmlinux')
  const btf = readBtf(findSection(vmlinux, '.BTF')?.data ?? new Uint8Array(0), 'vmlinux')
  const tables = specialTables((struct) => findStruct(btf, struct)?.size)
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    diffObjects({ unit: LARGE, original: readElf(pair.original, 'original'), patched: readElf(pair.patched, 'patched'), tables })
    return performance.now() - start
  })
  const types = findSection(readElf(pair.original, 'original'), '.BTF')?.size ?? 0
  const [fastest = 0, median = 0] = [times.toSorted((a, b) => a - b)[0], times.toSorted((a, b) => a - b)[RUNS >> 1]]
  const size = ((pair.original.length - types) / 2 ** 20).toFixed(2)
  return `reading and diffing ${LARGE} (${size} MB an object): first ${show(times[0] ?? 0)}, median ${show(median)}, fastest ${show(fastest)} (target 100 ms)`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

function show(ms: number): string {
  return `${ms.toFixed(0)} ms`
}
