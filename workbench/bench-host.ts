import { readdir, stat } from 'node:fs/promises'
import { build } from '../src/app/build/mod.ts'
import type { CachedKernel } from '../src/app/kernel/mod.ts'
import { makeBuildPorts } from '../src/bin/ports/build-ports.ts'
import { makePassingFolder, removePassingFolder } from '../src/io/passing-folder.ts'
import { patchOf } from '../test/kit/edit-source.ts'
import { realKernel } from '../test/kit/real-kernel.ts'
import { bootDebian } from './bench/debian-place.ts'
import { makeHere, unpackPackage } from './bench/here.ts'
import { chooseCached } from './bench/kernel.ts'
import { formatPatchCost, GETPPID, measurePatch } from './bench/patch-cost.ts'
import { compilePrograms, type Place } from './bench/place.ts'
import { measureTool } from './bench/tool-cost.ts'
import { buildPackage } from './package/command.ts'

/**
 * What the host tool costs, as it is packaged: on this machine, and in a Debian in QEMU. And what a live patch costs that Debian: in calls of the function
 * that it replaces, and in time that threads have to wait while it goes in and out. Needs root, as a Debian is made with debootstrap.
 * ./dev bench host [release]; the kernel that the tests share when none is named, whose Debian is there already.
 */

/** Puts the live patch in force, as it is on a host after its trial. */
const ACCEPTED = `set -e; printf '[trial]\\ntime = "1s"\\n' >/etc/kmend/kmend.toml; kmend apply /srv/patch; sleep 1; kmend agent`

const ports = makeBuildPorts(() => {})
const folder = await makePassingFolder('kmend-bench-')
try {
  const [, , release] = process.argv
  const kernel = release === undefined ? await realKernel() : await chooseCached(release, ports)
  const programs = `${folder}/programs`
  await compilePrograms(programs)
  const deb = await buildPackage(folder, { quick: true })
  const executable = await unpackPackage(deb, `${folder}/unpacked`)
  const megabytes = Math.round((await stat(executable)).size / 1e6)
  say([`the executable: ${megabytes} MB (aim: 60 MB)`])
  await measureToolIn(await makeHere(executable, programs))

  showProgress('making and booting a Debian …')
  const debian = await bootDebian(kernel, { deb, programs, patch: await buildPatch(kernel) })
  try {
    await measureToolIn(debian)
    const cost = await measurePatch(debian, showProgress)
    await debian.run(ACCEPTED)
    say(['', 'there, with a live patch in force'], await measureTool(debian))
    say(['', 'what that live patch costs, there'], formatPatchCost(cost))
  } finally {
    await debian.machine.discard()
  }
} finally {
  await removePassingFolder(folder)
}

/** Returns the paths of what a host needs of it. */
async function buildPatch({ paths, target }: CachedKernel): Promise<string[]> {
  const output = `${folder}/patch`
  const patches = [{ file: 'getppid.patch', text: patchOf(paths.tree, [GETPPID]) }]
  const request = { patches, release: target.release, name: 'bench', output, fuzz: 0, allowLayout: [], cves: [], bugs: [] }
  const outcome = await build(request, ports)
  if (outcome.kind !== 'built') throw new Error(`Cannot measure: the live patch was not built: ${JSON.stringify(outcome).slice(0, 2000)}`)
  return (await readdir(output)).flatMap((name) => (/\.(ko|json)$/.test(name) ? [`${output}/${name}`] : []))
}

async function measureToolIn(place: Place): Promise<void> {
  say(['', place.what], await measureTool(place))
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`)
}

/** A heading, and what belongs to it. */
function say(heading: readonly string[], lines: readonly string[] = []): void {
  process.stdout.write([...heading, ...lines.map((line) => (line === '' ? '' : `  ${line}`))].join('\n').concat('\n'))
}
