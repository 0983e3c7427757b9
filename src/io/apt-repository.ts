import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execOk } from './exec.ts'
import { replaceFolder } from './folders.ts'

export interface AptRepository {
  readonly folder: string
  /** `stable`: what stands behind the address in sources.list. */
  readonly suite: string
  /** Of gpg: what it knows a secret key by. */
  readonly key: string
  /** After that apt takes the index no more; undefined for never. */
  readonly validDays: number | undefined
}

/**
 * Indexes and signs the packages below `pool/` of a folder: `dists/<suite>`, by apt-ftparchive and gpg. The index that is there stays until the new one is whole.
 * Faults: tool/missing, tool/failed.
 */
export async function writeAptRepository({ folder, suite, key, validDays }: AptRepository): Promise<void> {
  const dist = join(folder, 'dists', `.${suite}.new`)
  const binary = join(dist, 'main/binary-amd64')
  await rm(dist, { recursive: true, force: true })
  await mkdir(binary, { recursive: true })
  const archive = (...args: readonly string[]) => execOk('apt-ftparchive', args, { cwd: folder, package: 'apt-utils' })
  const packages = await archive('packages', 'pool')
  await writeFile(join(binary, 'Packages'), packages)
  await execOk('gzip', ['-9nk', join(binary, 'Packages')])
  const names = { Origin: 'kmend', Label: 'kmend', Suite: suite, Codename: suite, Architectures: 'amd64', Components: 'main' }
  const fields = validDays === undefined ? names : { ...names, ValidTime: String(validDays * SECONDS_A_DAY) }
  const options = Object.entries(fields).flatMap(([name, value]) => ['-o', `APT::FTPArchive::Release::${name}=${value}`])
  await writeFile(join(dist, 'Release'), await archive(...options, 'release', `dists/.${suite}.new`))
  const gpg = ['--batch', '--yes', '--local-user', key]
  await execOk('gpg', [...gpg, '--clearsign', '--output', join(dist, 'InRelease'), join(dist, 'Release')], { package: 'gnupg' })
  await execOk('gpg', [...gpg, '--armor', '--detach-sign', '--output', join(dist, 'Release.gpg'), join(dist, 'Release')], {
    package: 'gnupg',
  })
  await replaceFolder(join(folder, 'dists', suite), dist)
}

const SECONDS_A_DAY = 24 * 3600
