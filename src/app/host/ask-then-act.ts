import { Fault } from '../../core/base/mod.ts'
import type { Policy } from '../../core/host/mod.ts'
import type { Answer } from './ask-repository.ts'
import { readFollowed } from './following-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { checkIsRoot, withHost } from './session.ts'

/** All questions of one run together. Well below what systemd gives a round of the agent; a bundle that has not come by then goes on in the next. */
export const ASKING_MS = 5 * 60_000

/** What was taken back while a bundle came, or while others held the lock, must not go in. */
const FRESH_MS = 15_000

const TRIES = 4

export interface AskThenAct<T> {
  /** Without the lock. Undefined where there is nothing to ask. */
  readonly ask: (deadline: AbortSignal) => Promise<Answer | undefined>
  /** With it. Undefined asks once more: what is known by now calls for an answer that is fresh. */
  readonly act: (answer: Answer | undefined, now: { readonly policy: Policy; readonly isFresh: boolean }) => Promise<T | undefined>
}

/** Asks the repository, and then takes the lock of the host and acts. Faults: those of `ask` and `act`, host/not-root, host/locked. */
export async function askThenAct<T>({ ask, act }: AskThenAct<T>, ports: HostPorts): Promise<T> {
  checkIsRoot(ports)
  const deadline = ports.deadline(ASKING_MS)
  for (let tries = 0; tries < TRIES; tries++) {
    const answer = await ask(deadline)
    const done = await withHost(ports, async (policy) => {
      // Another repository is followed since.
      if (answer !== undefined && JSON.stringify(await readFollowed(ports)) !== JSON.stringify(answer.followed)) return undefined
      return act(answer, { policy, isFresh: answer !== undefined && ports.nowMs() - answer.askedMs <= FRESH_MS })
    })
    if (done !== undefined) return done
  }
  throw new Fault(
    'host/locked',
    'Cannot act by what the repository offers: each time that it was asked, others were at the live patches of this host',
    {
      in: PATHS.lock,
      try: 'wait until they have ended, then run the same command again',
    },
  )
}
