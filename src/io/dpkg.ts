import { readFile } from 'node:fs/promises'
import { exec } from './exec.ts'

/** A package of dpkg's that owns a file; undefined when none does, or there is no dpkg. */
export async function debianPackageOf(
  path: string,
): Promise<{ readonly vendor: string; readonly name: string; readonly version: string; readonly arch: string } | undefined> {
  try {
    const owner = await exec('dpkg-query', ['--search', path])
    const name = /^([^,:\s]+)/.exec(owner.stdout)?.[1]
    if (owner.code !== 0 || name === undefined) return undefined
    const { code, stdout } = await exec('dpkg-query', ['--show', '--showformat=${db:Status-Status} ${Version} ${Architecture}', name])
    const [status, version, arch] = stdout.split(' ')
    if (code !== 0 || status !== 'installed' || version === undefined || arch === undefined) return undefined
    return { vendor: await distribution(), name, version, arch }
  } catch {
    return undefined
  }
}

/** ID of os-release(5). */
async function distribution(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^ID="?([\w.-]+)"?$/m.exec(text)?.[1] ?? 'debian'
}
