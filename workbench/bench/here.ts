import { mkdir } from 'node:fs/promises'
import { cpus, loadavg, release } from 'node:os'
import { dirname } from 'node:path'
import { execOk } from '../../src/io/exec.ts'
import { exists } from '../../src/io/folders.ts'
import type { Place } from './place.ts'

/** What the package lays onto a host, laid into a folder. Returns the path of the executable. Faults: tool/missing, tool/failed. */
export async function unpackPackage(deb: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  await execOk('dpkg-deb', ['--extract', deb, folder], { package: 'dpkg' })
  return `${folder}/usr/bin/kmend`
}

/** What kmend keeps on a host is below these. */
const KEPT = ['/var/lib', '/run']

/** This machine. It must run as root, as the Debian machine must in any case; what kmend keeps is in memory and goes with each script. */
export async function makeHere(executable: string, programs: string): Promise<Place> {
  const [first] = cpus()
  const canPatch = await exists('/sys/kernel/livepatch')
  const prepare = [...KEPT.map((folder) => `mount -t tmpfs tmpfs ${folder}`), `PATH=${dirname(executable)}:$PATH`].join('\n')
  return {
    what:
      `this machine: ${cpus().length} processors (${first?.model.trim() ?? 'unknown'}), load ${loadavg()[0]?.toFixed(1)}, kernel ${release()}, ` +
      `which ${canPatch ? 'has live patching' : 'has no live patching: there is less to look at'}`,
    programs,
    run: (script) => execOk('unshare', ['--mount', 'sh', '-ec', `${prepare}\n${script}`], { package: 'util-linux' }),
  }
}
