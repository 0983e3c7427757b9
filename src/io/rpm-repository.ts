import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execOk } from './exec.ts'

/** Indexes and signs the packages of a folder: `repodata/`, by createrepo_c and gpg. Faults: tool/missing, tool/failed. */
export async function writeRpmRepository({
  folder,
  key,
  epoch,
}: {
  readonly folder: string
  readonly key: string
  readonly epoch: number
}): Promise<void> {
  await rm(join(folder, 'repodata'), { recursive: true, force: true })
  const args = ['--no-database', '--revision', String(epoch), '--set-timestamp-to-revision', folder]
  await execOk('createrepo_c', args, { env: { SOURCE_DATE_EPOCH: String(epoch) }, package: 'createrepo-c' })
  const index = join(folder, 'repodata/repomd.xml')
  await execOk('gpg', ['--batch', '--yes', '--local-user', key, '--armor', '--detach-sign', '--output', `${index}.asc`, index], {
    package: 'gnupg',
  })
}
