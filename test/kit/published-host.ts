import { type FollowingHost, makeFollowingHost } from './following-host.ts'
import { type TestPublisher, RELEASE, makePublisher } from './publisher.ts'
import { type Handler, type TestServer, folderHandler, serve } from './static-server.ts'

export const BUILD_ID = 'ab'.repeat(20)

export interface PublishedHost {
  readonly publisher: TestPublisher
  readonly server: TestServer
  readonly host: FollowingHost
  /** What the server answers with; a test may put another in its place. */
  answer: Handler
  readonly remove: () => Promise<void>
}

/** A publisher, a web server that serves what it publishes, and a host that may follow it. */
export async function makePublishedHost(): Promise<PublishedHost> {
  const publisher = await makePublisher()
  const server = await serve((request, response) => world.answer(request, response))
  const host = makeFollowingHost(`${publisher.folder}/host`, { release: RELEASE, buildId: BUILD_ID })
  const world: PublishedHost = {
    publisher,
    server,
    host,
    answer: folderHandler(`${publisher.repo}/public`),
    async remove() {
      await server.close()
      publisher.remove()
    },
  }
  return world
}
