import { Fault } from '../../../core/base/mod.ts'
import { compareDebianVersions, kernelPaths } from '../../../core/kernel/mod.ts'
import { addKernel, openKernel } from '../../kernel/mod.ts'
import type { DemoKernel } from '../attempts.ts'
import { type Shelf, takeStock } from '../shelf.ts'
import { writeFixes } from './fixes.ts'
import { bootHost } from './hosts.ts'
import type { RepoDemoPorts } from './ports.ts'
import { makeStage, type Telling } from './stage.ts'
import type { Story } from './cast.ts'
import { tellStory } from './story.ts'

export interface RepoDemoReport {
  readonly kind: 'shown'
  readonly release: string
  readonly tellings: readonly Telling[]
  readonly ms: number
}

/**
 * A publisher with keys that are elsewhere, a plain web server, and three hosts, each a stock kernel in a virtual machine, go through what a repository is for, and
 * what it is against. Faults: demo/disproved, demo/no-fix, and those of its parts.
 */
export async function repoDemo(ports: RepoDemoPorts): Promise<RepoDemoReport> {
  const startMs = ports.nowMs()
  const tellings: Telling[] = []
  const tell = (telling: Telling) => {
    tellings.push(telling)
    ports.tell(telling)
  }
  const shelf = await takeStock(undefined, ports)
  const chosen = await chooseKernel(shelf, ports)
  const { release } = chosen.release
  await addKernel(chosen.release, ports.kernel)
  const kernel = await openKernel(chosen.release, ports)
  const folder = await ports.makeFolder()
  const ends: (() => Promise<void>)[] = [folder.remove]
  try {
    await writeFixes(`${folder.path}/fixes`, { kernel: chosen, shelf }, ports)
    ports.progress('making the host’s program')
    const program = await ports.hostFiles(`${folder.path}/program`)
    const here = (line: string) => ports.shell(line, folder.path)
    const story: Story = {
      stage: makeStage(tell, { folder: folder.path, nowMs: ports.nowMs }),
      release,
      publisher: { name: 'publisher', run: here },
      vault: { name: 'vault', run: here },
      author: { name: 'author', run: here },
      server: { name: 'web server', run: here },
      thief: { name: 'thief', run: here },
      auditor: { name: 'auditor', run: here },
      async serve() {
        const { port, stop } = await ports.serve(`${folder.path}/web`)
        ends.push(stop)
        return port
      },
      async boot(name, isAlone) {
        const host = await bootHost({ name, kernel, program, isAlone }, ports)
        ends.push(() => host.vm.stop())
        return host
      },
      readFile: (path) => ports.files.readBytes(`${folder.path}/${path}`),
    }
    await tellStory(story)
  } finally {
    for (const end of ends.toReversed()) await end()
  }
  return { kind: 'shown', release, tellings, ms: Math.round(ports.nowMs() - startMs) }
}

/** The newest that is in the cache, so that little is fetched; else the newest on offer. Faults: demo/no-fix. */
async function chooseKernel({ kernels }: Shelf, ports: RepoDemoPorts): Promise<DemoKernel> {
  const newest = kernels.toSorted((a, b) => compareDebianVersions(b.version, a.version))
  for (const kernel of newest) if (await ports.files.exists(kernelPaths(ports.home, kernel.release.release).target)) return kernel
  const [first] = newest
  if (first === undefined) throw new Fault('demo/no-fix', 'Cannot find a kernel for the demo')
  return first
}
