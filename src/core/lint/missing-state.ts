import { COUNTED_ELSEWHERE } from './counted-elsewhere.ts'
import { COUNTED_WHEN } from './counted-when.ts'
import type { Review, Sight } from './finding.ts'
import { GIVEN_EMPTY } from './given-empty.ts'
import { INIT_MOVED } from './init-moved.ts'
import { NEW_TYPE_IN_OLD_OBJECT } from './new-type-in-old-object.ts'
import { NEWLY_ASSERTS } from './newly-asserts.ts'
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
  COUNTED_WHEN,
  PLACE_MOVED,
  READ_AS_ANOTHER,
  STATE_NUMBERED,
  NEWLY_ASSERTS,
]

/** A function that is replaced and expects of what exists what only the new code makes or keeps there, or a macro by which it reads what the old code has marked. */
export interface MissingState extends Omit<Sight, 'severity'> {
  /** Whether it is all there is to it: an assertion needs nothing of the rest of its fix to be left out. */
  readonly isWhole: boolean
}

/** What the review, the build and the whole update say alike. */
export function findMissingState(change: Pick<Review, 'files' | 'functions'>): MissingState[] {
  const review = { ...change, others: [], untraced: new Set<string>(), stayIn: new Map<string, never>() }
  return RULES.flatMap((rule) =>
    rule
      .find(review)
      .filter(({ severity }) => severity === 'stop')
      .map((sight) => ({ ...sight, what: `${sight.what} (read off the text: a guess)`, isWhole: rule === NEWLY_ASSERTS })),
  )
}
