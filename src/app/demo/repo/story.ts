import { firstPatch, secondPatch } from './author.ts'
import { alteredFile, oldState, splitView } from './attacks.ts'
import type { Story } from './cast.ts'
import { GATEWAY } from './hosts.ts'
import { followCanary, followStable, followStick, expiry } from './following.ts'
import { makeRepository, rotation, retraction } from './publisher.ts'

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
