import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execOk } from './exec.ts'
import { writeWhole } from './files.ts'
import { listNames, replaceFolder } from './folders.ts'

export interface RpmRepository {
  readonly folder: string
  /** Of gpg: what it knows a secret key by. */
  readonly key: string
  /** Seconds since 1970: the only time in the index. */
  readonly epoch: number
}

/**
 * Indexes and signs the packages of a folder: `repodata/`, by createrepo_c and gpg. The advisories that are beside them come in by modifyrepo_c.
 * The index that is there stays until the new one is whole. Faults: tool/missing, tool/failed.
 */
export async function writeRpmRepository({ folder, key, epoch }: RpmRepository): Promise<void> {
  const made = join(folder, '.new')
  const repodata = join(made, 'repodata')
  await rm(made, { recursive: true, force: true })
  await mkdir(made, { recursive: true })
  const args = ['--no-database', '--revision', String(epoch), '--set-timestamp-to-revision', '--outputdir', made, folder]
  await execOk('createrepo_c', args, { env: { SOURCE_DATE_EPOCH: String(epoch) }, package: 'createrepo-c' })
  await addAdvisories(repodata, { folder, epoch })
  const index = join(repodata, 'repomd.xml')
  await execOk('gpg', ['--batch', '--yes', '--local-user', key, '--armor', '--detach-sign', '--output', `${index}.asc`, index], {
    package: 'gnupg',
  })
  await replaceFolder(join(folder, 'repodata'), repodata)
  await rm(made, { recursive: true })
}

/** Signs a package: dnf asks for that beside the signature of the index. Faults: tool/missing, tool/failed. */
export async function signRpm(path: string, key: string): Promise<void> {
  // Debian's rpm looks for a gpg2, which Debian does not have.
  const defines = ['--define', `_gpg_name ${key}`, '--define', '__gpg /usr/bin/gpg', '--define', '_gpg_sign_cmd_extra_args --batch']
  await execOk('rpmsign', ['--addsign', ...defines, path], { package: 'rpm' })
}

/** Keeps one `update` of updateinfo.xml for the indexes to come. */
export async function keepAdvisory(folder: string, id: string, update: string): Promise<void> {
  await mkdir(join(folder, ADVISORIES), { recursive: true })
  await writeWhole(join(folder, ADVISORIES, `${id}.xml`), update)
}

const ADVISORIES = 'advisories'

async function addAdvisories(repodata: string, { folder, epoch }: Pick<RpmRepository, 'folder' | 'epoch'>): Promise<void> {
  const names = (await listNames(join(folder, ADVISORIES))).filter((name) => name.endsWith('.xml')).toSorted()
  if (names.length === 0) return
  const updates = await Promise.all(names.map((name) => readFile(join(folder, ADVISORIES, name), 'utf8')))
  const file = join(repodata, '../updateinfo.xml')
  await writeFile(file, `<?xml version="1.0" encoding="UTF-8"?>\n<updates>\n${updates.join('')}</updates>\n`)
  // The index has the file's own time.
  await utimes(file, epoch, epoch)
  await execOk('modifyrepo_c', ['--mdtype=updateinfo', file, repodata], { package: 'createrepo-c' })
}
