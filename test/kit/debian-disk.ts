import { writeFile } from 'node:fs/promises'
import { dirname, basename } from 'node:path'
import { Fault } from '../../src/core/base/mod.ts'
import { exec } from '../../src/io/exec.ts'
import { exists, removeTree } from '../../src/io/folders.ts'
import { SBIN } from './debian-image.ts'

/** Files in and out of an ext4 image that no machine has, without mounting it: by debugfs. */

/**
 * After a power cut, what is on the disk is whole only with its journal; debugfs, like many a boot loader, reads without. Nothing else is mended: the kernel would do
 * the same at its first mount. Faults: tool/failed.
 */
export async function replayJournal(image: string): Promise<void> {
  const { code, stdout, stderr } = await exec('e2fsck', ['-y', '-E', 'journal_only', image], { ...SBIN, package: 'e2fsprogs' })
  // 1: it was replayed.
  if (code > 1) throw new Fault('tool/failed', `Cannot replay the journal of the machine's disk: ${(stderr || stdout).trim()}`)
}

/** Copies a file out of a disk whose journal is replayed. Faults: io/missing. */
export async function takeFile(path: string, image: string, to: string): Promise<string> {
  await removeTree(to)
  const said = await debugfs(['-R', `dump ${quote(path)} ${quote(to)}`, image])
  if (await exists(to)) return to
  throw new Fault('io/missing', `Cannot read ${path} of the machine's disk: ${said}`)
}

/** Lays files in, for root, executable; folders above them are made. `scratch` is a folder. Faults: tool/failed. */
export async function layFiles(files: ReadonlyMap<string, Uint8Array | string>, image: string, scratch: string): Promise<void> {
  for (const [path, content] of files) {
    const from = typeof content === 'string' ? content : `${scratch}/file`
    if (typeof content !== 'string') await writeFile(from, content)
    const fields = [`mode 0100755`, 'uid 0', 'gid 0'].map((field) => `sif ${quote(path)} ${field}`)
    const commands = [
      ...foldersAbove(path).map((folder) => `mkdir ${quote(folder)}`),
      `rm ${quote(path)}`,
      `cd ${quote(dirname(path))}`,
      `write ${quote(from)} ${quote(basename(path))}`,
      ...fields,
    ]
    await writeFile(`${scratch}/commands`, `${commands.join('\n')}\n`)
    // It goes on after a failure and ends with 0: folders that are there, and a file that is not there to be removed, are none.
    const said = (await debugfs(['-w', '-f', `${scratch}/commands`, image])).replace(
      /^(.*mkdir: .*already exists.*|rm: .*not found.*)$\n?/gm,
      '',
    )
    if (said.trim() !== '') throw new Fault('tool/failed', `Cannot lay ${path} onto the machine's disk: ${said.trim()}`)
  }
}

async function debugfs(args: readonly string[]): Promise<string> {
  const { stderr } = await exec('debugfs', args, { ...SBIN, package: 'e2fsprogs' })
  return stderr.replace(/^debugfs [\d.]+ .*\n/, '').trim()
}

function foldersAbove(path: string): string[] {
  const folder = dirname(path)
  return folder === '/' ? [] : [...foldersAbove(folder), folder]
}

function quote(path: string): string {
  return `"${path.replaceAll('"', '""')}"`
}
