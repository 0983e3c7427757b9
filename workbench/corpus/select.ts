import type { CorpusCase } from './corpus.ts'
import type { BeyondReach } from './result.ts'

export interface Selection {
  /** Kinds, classes or ids; all when empty. */
  readonly only: readonly string[]
  /** Cases that reach more units are run only when their ids are named. */
  readonly maxReach: number
}

export interface SelectedCases {
  readonly wanted: readonly CorpusCase[]
  readonly beyondReach: BeyondReach
}

export function selectCases(cases: readonly CorpusCase[], { only, maxReach }: Selection): SelectedCases {
  const asked = cases.filter(
    ({ kind, class: kindOfChange, id }) => only.length === 0 || [kind, kindOfChange, id].some((name) => only.includes(name)),
  )
  const isRun = ({ id, reach }: CorpusCase) => reach <= maxReach || only.includes(id)
  const left = asked.filter((one) => !isRun(one)).map(({ id, reach }) => ({ id, reach }))
  return { wanted: asked.filter(isRun), beyondReach: { maxReach, cases: left } }
}
