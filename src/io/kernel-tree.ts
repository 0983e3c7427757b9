import { cp, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { Fault, areBytesEqual } from '../core/base/mod.ts'
import { execOk } from './exec.ts'
import { fileFault, readBytes } from './files.ts'

export interface TreeParts {
  /** The unpacked linux-source tree, which becomes the prepared tree. */
  readonly tree: string
  /** usr/src/linux-headers-<release>: configuration and generated headers. */
  readonly headers: string
  /** usr/lib/linux-kbuild-<version>: kbuild's tools as programs. */
  readonly kbuild: string
}

/** Puts what the headers and kbuild packages add into the source tree; what the source has itself stays. */
export async function layTree(parts: TreeParts): Promise<void> {
  const keep = { recursive: true, force: false, preserveTimestamps: true, verbatimSymlinks: true }
  try {
    for (const part of ['.config', 'Module.symvers', 'include', 'arch']) await cp(`${parts.headers}/${part}`, `${parts.tree}/${part}`, keep)
    for (const part of ['scripts', 'tools', 'certs'])
      await cp(`${parts.kbuild}/${part}`, `${parts.tree}/${part}`, keep).catch(ignoreMissing)
    await cp(`${parts.tree}/arch/x86/module.lds`, `${parts.tree}/scripts/module.lds`, keep).catch(ignoreMissing)
    // kbuild must find the configuration older than what was made from it, or it configures anew.
    await writeFile(`${parts.tree}/include/config/auto.conf.cmd`, '', { flag: 'a' })
    await utimes(`${parts.tree}/.config`, 0, 0)
  } catch (error) {
    throw fileFault('prepare', parts.tree, error)
  }
}

/** Which files below `reference` differ from those at the same path below `tree`, or are not there. Symbolic links are left out. */
export async function differingFiles(tree: string, reference: string): Promise<string[]> {
  const entries = await readdir(reference, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`.slice(reference.length + 1))
  const differing: string[] = []
  const queue = paths[Symbol.iterator]()
  const compare = async () => {
    for (const path of queue) {
      const same = await areFilesEqual(`${tree}/${path}`, `${reference}/${path}`)
      if (!same) differing.push(path)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() * 4 }, compare))
  return differing.toSorted()
}

async function areFilesEqual(a: string, b: string): Promise<boolean> {
  try {
    const [left, right] = await Promise.all([readBytes(a), readBytes(b)])
    return areBytesEqual(left, right)
  } catch (error) {
    if (error instanceof Fault && error.code === 'io/missing') return false
    throw error
  }
}

/** For each folder of the tree with files that include `"../…"`, how many levels up they go at most. */
export async function upwardIncludes(tree: string): Promise<Record<string, number>> {
  const found = await execOk(
    'sh',
    [
      '-c',
      `grep -rHoE --include='*.[chS]' '^[[:space:]]*#[[:space:]]*include[[:space:]]+"(\\.\\./)+' arch/x86 block certs crypto drivers fs include init io_uring ipc kernel lib mm net security sound virt || true`,
    ],
    { cwd: tree },
  )
  const levels: Record<string, number> = {}
  for (const line of found.split('\n')) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const folder = line.slice(0, line.lastIndexOf('/', colon))
    const ups = line.slice(colon).split('../').length - 1
    levels[folder] = Math.max(levels[folder] ?? 0, ups)
  }
  return levels
}

/** Copies a file or folder as it is, links and times included. */
export async function copyTree(from: string, to: string): Promise<void> {
  try {
    await rm(to, { recursive: true, force: true })
    await mkdir(to.slice(0, to.lastIndexOf('/')), { recursive: true })
    await cp(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true })
  } catch (error) {
    throw fileFault('copy', from, error)
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}
