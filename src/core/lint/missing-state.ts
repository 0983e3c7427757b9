import { COUNTED_ELSEWHERE } from './counted-elsewhere.ts'
import type { Review, Sight } from './finding.ts'
import { GIVEN_EMPTY } from './given-empty.ts'
import { INIT_MOVED } from './init-moved.ts'
import { NEW_TYPE_IN_OLD_OBJECT } from './new-type-in-old-object.ts'
import { PLACE_MOVED } from './place-moved.ts'
import { READ_AS_ANOTHER } from './read-as-another.ts'
import { REFERENCE_MOVED } from './reference-moved.ts'
import { SET_UP_BEFORE } from './set-up-before.ts'
import { STATE_NUMBERED } from './state-numbered.ts'

const RULES = [
  NEW_TYPE_IN_OLD_OBJECT,
  GIVEN_EMPTY,
  SET_UP_BEFORE,
  INIT_MOVED,
  REFERENCE_MOVED,
  COUNTED_ELSEWHERE,
  PLACE_MOVED,
  READ_AS_ANOTHER,
  STATE_NUMBERED,
]

/** A function that is replaced and expects of what exists what only the new code makes or keeps there, or a macro by which it reads what the old code has marked. */
export type MissingState = Omit<Sight, 'severity'>

/** What the review, the build and the whole update say alike. */
export function findMissingState(change: Pick<Review, 'files' | 'functions'>): MissingState[] {
  const review = { ...change, others: [], untraced: new Set<string>(), stayIn: new Map<string, never>() }
  return RULES.flatMap(({ find }) =>
    find(review)
      .filter(({ severity }) => severity === 'stop')
      .map(({ file, line, subject, what }) => ({ file, line, subject, what: `${what} (read off the text: a guess)` })),
  )
}
