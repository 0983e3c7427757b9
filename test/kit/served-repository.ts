import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { TufSource } from '../../src/io/tuf-client.ts'
import { type SmallRepository, makeSmallRepository } from './small-repository.ts'
import { type Handler, type TestServer, folderHandler, serve } from './static-server.ts'

/** A small repository on a plain web server, and a folder for whoever reads it. */
export interface ServedRepository {
  readonly release: string
  readonly folder: string
  readonly repo: SmallRepository
  readonly server: TestServer
  /** How a host reads it. */
  readonly source: TufSource
  /** What answers requests; a test may put another in its place. */
  handler: Handler
  readonly remove: () => Promise<void>
}

export async function serveSmallRepository(tiers?: readonly string[]): Promise<ServedRepository> {
  const release = '6.1.0-1-cloud-amd64'
  const folder = mkdtempSync(`${tmpdir()}/kmend-repository-`)
  const repo = makeSmallRepository(`${folder}/published`, release, tiers)
  const server = await serve((request, response) => served.handler(request, response))
  const { fingerprint, repository } = repo
  const served: ServedRepository = {
    ...{ release, folder, repo, server },
    source: { url: server.url, fingerprint, repository, folder: `${folder}/kept`, isCarried: false, isOffline: false },
    handler: folderHandler(repo.folder),
    async remove() {
      await server.close()
      rmSync(folder, { recursive: true })
    },
  }
  return served
}
