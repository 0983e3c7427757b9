import { ADDRESS_HANDED_OUT } from './address-handed-out.ts'
import { ARGUMENT_MEANING } from './argument-meaning.ts'
import { CALLBACK_CHANGED } from './callback-changed.ts'
import { COUNTED_ELSEWHERE } from './counted-elsewhere.ts'
import { COUNTED_WHEN } from './counted-when.ts'
import { ENUM_VALUES, STATIC_DATA, STRUCT_LAYOUT, USER_INTERFACE } from './data-changed.ts'
import { type Finding, type Review, type Rule, SEVERITIES, type Sight } from './finding.ts'
import { GIVEN_EMPTY } from './given-empty.ts'
import { GROWN_BOUND } from './grown-bound.ts'
import { HOT_FUNCTION } from './hot-function.ts'
import { INIT_MOVED } from './init-moved.ts'
import { INIT_ONLY, INIT_STATE } from './init-only.ts'
import { LOCK_ADDED, LOCK_MOVED, LOCK_NESTED, LOCK_ORDER, LOCK_REPLACED } from './lock-order.ts'
import { NEVER_LEAVES } from './never-leaves.ts'
import { NEW_OBJECTS_ONLY } from './new-objects-only.ts'
import { NEW_TYPE_IN_OLD_OBJECT } from './new-type-in-old-object.ts'
import { NEWLY_ASSERTS } from './newly-asserts.ts'
import { NOT_TRACEABLE } from './not-traceable.ts'
import { PLACE_MOVED } from './place-moved.ts'
import { EXPORT_SIGNATURE, PROTOTYPE_POINTER } from './prototype.ts'
import { READ_AS_ANOTHER } from './read-as-another.ts'
import { REFERENCE_MOVED } from './reference-moved.ts'
import { RETURN_CONVENTION } from './return-convention.ts'
import { SET_UP_BEFORE } from './set-up-before.ts'
import { NEWLY_SLEEPS } from './sleeps.ts'
import { STATE_NUMBERED } from './state-numbered.ts'
import { STORED_MEANING } from './stored-meaning.ts'

/** Every rule of the review; docs/guide/lint.md has a row for each. */
export const RULES: readonly Rule[] = [
  LOCK_ORDER,
  LOCK_REPLACED,
  LOCK_MOVED,
  LOCK_NESTED,
  LOCK_ADDED,
  NEVER_LEAVES,
  NEWLY_SLEEPS,
  NOT_TRACEABLE,
  RETURN_CONVENTION,
  ARGUMENT_MEANING,
  STORED_MEANING,
  STATE_NUMBERED,
  PLACE_MOVED,
  READ_AS_ANOTHER,
  PROTOTYPE_POINTER,
  EXPORT_SIGNATURE,
  REFERENCE_MOVED,
  COUNTED_ELSEWHERE,
  COUNTED_WHEN,
  NEW_OBJECTS_ONLY,
  GIVEN_EMPTY,
  NEW_TYPE_IN_OLD_OBJECT,
  SET_UP_BEFORE,
  INIT_MOVED,
  NEWLY_ASSERTS,
  CALLBACK_CHANGED,
  ADDRESS_HANDED_OUT,
  GROWN_BOUND,
  STRUCT_LAYOUT,
  ENUM_VALUES,
  STATIC_DATA,
  USER_INTERFACE,
  INIT_STATE,
  INIT_ONLY,
  HOT_FUNCTION,
]

/** What a maintainer would ask of this change before it is loaded, the gravest first. It finds shapes in the text: what it does not find may be there all the same. */
export function reviewChange(review: Review): Finding[] {
  const findings = RULES.flatMap(({ id, why, check, find }) =>
    joinSame(find(review)).map((sight): Finding => ({ rule: id, ...sight, why, check })),
  )
  const weight = ({ severity }: Finding) => SEVERITIES.indexOf(severity)
  return findings.toSorted((a, b) => weight(b) - weight(a))
}

/** What the rules want looked up in the rest of the source, before they are asked for findings. */
export function namesToLookUp(change: Pick<Review, 'files' | 'functions'>): string[] {
  return [...new Set(RULES.flatMap(({ asksFor }) => asksFor?.(change) ?? []))].toSorted()
}

/** A lock that ten functions newly take is one thing to look at. */
function joinSame(sights: readonly Sight[]): Omit<Finding, 'rule' | 'why' | 'check'>[] {
  return [...Map.groupBy(sights, ({ severity, what }) => `${severity} ${what}`).values()].flatMap(([first, ...rest]) =>
    first === undefined ? [] : [{ ...first, also: rest.map(({ file, line, subject }) => ({ file, line, subject })) }],
  )
}
