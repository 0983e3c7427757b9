import { accessSync, constants } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { exec } from './exec.ts'

/** Facts about a host that stand in no single file. */

/** Bytes that are free where a folder is, or will be; undefined when the file system does not say. */
export async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && folder !== '/' ? freeBytes(dirname(folder)) : undefined
  }
}

/** Whether a program is in the PATH, or where those of the system are. */
export function hasProgram(name: string): boolean {
  return `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(':').some((folder) => {
    try {
      accessSync(`${folder}/${name}`, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

const TIMEDATECTL_MS = 5000

/** Whether something keeps the clock; undefined where systemd does not know. */
export async function isClockSynchronised(): Promise<boolean | undefined> {
  if (!hasProgram('timedatectl')) return undefined
  try {
    const { code, stdout } = await exec('timedatectl', ['show', '--property=NTPSynchronized', '--value'], { timeoutMs: TIMEDATECTL_MS })
    return code === 0 ? stdout.trim() === 'yes' : undefined
  } catch {
    return undefined
  }
}

/** The configuration of a kernel: from /boot, else what the running kernel carries. Undefined when it is in neither place. */
export async function readKernelConfig(release: string): Promise<string | undefined> {
  try {
    return await readFile(`/boot/config-${release}`, 'utf8')
  } catch {
    try {
      return gunzipSync(await readFile('/proc/config.gz')).toString('utf8')
    } catch {
      return undefined
    }
  }
}
