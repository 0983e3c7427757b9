import { type FollowingHost, makeFollowingHost } from './following-host.ts'
import { type TestPublisher, RELEASE, makePublisher } from './publisher.ts'
import { type TestServer, folderHandler, serve } from './static-server.ts'

export const BUILD_ID = 'ab'.repeat(20)

export interface PublishedHost {
  readonly publisher: TestPublisher
  readonly server: TestServer
  readonly host: FollowingHost
  readonly remove: () => Promise<void>
}

/** A publisher, a web server that serves what it publishes, and a host that may follow it. */
export async function makePublishedHost(): Promise<PublishedHost> {
  const publisher = await makePublisher()
  const server = await serve(folderHandler(`${publisher.repo}/public`))
  const host = makeFollowingHost(`${publisher.folder}/host`, { release: RELEASE, buildId: BUILD_ID })
  return {
    publisher,
    server,
    host,
    async remove() {
      await server.close()
      publisher.remove()
    },
  }
}
