import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RepoDemoPorts } from '../../app/demo/mod.ts'
import { exec, execOk } from '../../io/exec.ts'
import { readBytes } from '../../io/files.ts'
import { makePassingFolder, removePassingFolder } from '../../io/passing-folder.ts'
import { shellQuote } from '../../io/shell-quote.ts'
import { serveFolder } from '../../io/web-server.ts'
import { makeDemoPorts } from './demo-ports.ts'

const ROOT = join(import.meta.dirname, '../../..')

/** `kmend` of a shell is this checkout's, under the Node that runs here. */
const KMEND = `kmend() { ${[process.execPath, join(ROOT, 'src/bin/kmend.ts')].map(shellQuote).join(' ')} "$@"; }`

/** The ports of the demo of a repository, on this machine. */
export function makeRepoDemoPorts(progress: (text: string) => void, tell: RepoDemoPorts['tell']): RepoDemoPorts {
  return {
    ...makeDemoPorts(progress, () => {}),
    shell: (line, folder) => exec('sh', ['-c', `${KMEND}\n${line}`], { cwd: folder }),
    hostFiles,
    serve: serveFolder,
    async makeFolder() {
      const path = await makePassingFolder('kmend-demo-')
      return { path, remove: () => removePassingFolder(path) }
    },
    tell,
  }
}

/** What the host's program calls and busybox has not. */
const TOOLS = ['flock']

/** The host's program out of its package, the tools that it calls, and the libraries that they need. Faults: tool/missing, tool/failed. */
async function hostFiles(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  await execOk(join(ROOT, 'dev'), ['package', '--quick', folder])
  const [deb = ''] = (await readdir(folder)).filter((name) => name.endsWith('.deb'))
  await execOk('dpkg-deb', ['-x', join(folder, deb), join(folder, 'unpacked')])
  const programs = [
    ['/usr/bin/kmend', join(folder, 'unpacked/usr/bin/kmend')] as const,
    ...(await Promise.all(
      TOOLS.map(async (tool) => [`/usr/bin/${tool}`, (await execOk('sh', ['-c', `command -v ${tool}`])).trim()] as const),
    )),
  ]
  const needed = await Promise.all(
    programs.map(async ([, path]) => [...(await execOk('ldd', [path])).matchAll(/\/\S+\.so\S*/g)].map(([name]) => name)),
  )
  const files = [...programs, ...needed.flat().map((path) => [path, path] as const)]
  return new Map(await Promise.all(files.map(async ([to, from]) => [to, await readBytes(from)] as const)))
}
