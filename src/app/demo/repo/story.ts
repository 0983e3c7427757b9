import { firstPatch, secondPatch } from './author.ts'
import { alteredFile, oldState, splitView } from './attacks.ts'
import { type Host, GATEWAY } from './hosts.ts'
import { followCanary, followStable, followStick, expiry } from './following.ts'
import { makeRepository, rotation, retraction } from './publisher.ts'
import type { Place, Stage } from './stage.ts'

/** Who and what the story is told with. */
export interface Story {
  readonly stage: Stage
  readonly release: string
  readonly author: Place
  readonly publisher: Place
  /** The machine with the keys that are never online. */
  readonly vault: Place
  /** Whoever has a say over what the web server hands out. */
  readonly server: Place
  readonly auditor: Place
  /** Serves the folder `web`; returns the port. */
  readonly serve: () => Promise<number>
  readonly boot: (name: string, isAlone: boolean) => Promise<Host>
  readonly readFile: (path: string) => Promise<Uint8Array>
}

/** What is known once there is a repository. */
export interface Repository {
  readonly fingerprint: string
  /** For this machine, and for the virtual ones. */
  readonly here: string
  readonly there: string
}

export async function tellStory(story: Story): Promise<void> {
  await firstPatch(story)
  const fingerprint = await makeRepository(story)
  const port = await story.serve()
  const repository = { fingerprint, here: `http://127.0.0.1:${port}/patches`, there: `http://${GATEWAY}:${port}/patches` }
  const canary = await followCanary(story, repository)
  const stable = await followStable(story, repository)
  await alteredFile(story, stable)
  const stick = await followStick(story, repository)
  await rotation(story)
  await secondPatch(story, { canary, stable })
  await oldState(story, stable)
  await retraction(story, { canary, stable })
  await splitView(story, { stable, repository })
  await expiry(story, { stick, stable, repository })
}
