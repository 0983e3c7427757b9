import type { Manifest } from '../../core/bundle/mod.ts'
import type { Note, Refusal } from '../../core/diff/mod.ts'
import type { StageTime } from './stopwatch.ts'

/** What came of a build. */
export type BuildOutcome =
  | {
      readonly kind: 'built'
      readonly manifest: Manifest
      readonly module: string
      readonly manifestPath: string
      readonly times: readonly StageTime[]
      readonly unitCount: number
    }
  | { readonly kind: 'unchanged'; readonly notes: readonly Note[]; readonly unitCount: number }
  | { readonly kind: 'unpatchable'; readonly refusals: readonly Refusal[]; readonly notes: readonly Note[]; readonly unitCount: number }
