import type { Fault } from '../../core/base/mod.ts'
import type { BlockingTask } from '../../core/host/mod.ts'

/** What came of a wish to change the live patches of a host. */
export type HostOutcome =
  | {
      readonly kind: 'applied'
      readonly name: string
      readonly version: number | null
      readonly transitionMs: number
      /** `object:function,sympos`, as sysfs lists them. */
      readonly functions: readonly string[]
      /** Live patches that it took the place of. */
      readonly replaced: readonly string[]
      /** Milliseconds until it is accepted; null when it is, or when nothing is kept about it. */
      readonly trialMs: number | null
      /** What is not as wished, and no danger. */
      readonly notes: readonly string[]
    }
  | {
      readonly kind: 'removed'
      readonly name: string
      readonly transitionMs: number
      /** Whether its module stays in memory until the next boot. */
      readonly isInMemory: boolean
      readonly notes: readonly string[]
    }
  | { readonly kind: 'unchanged'; readonly name: string; readonly text: string }
  | { readonly kind: 'refused'; readonly name: string; readonly faults: readonly Fault[] }
  /** It went in, was not as it must be, and was taken back. */
  | {
      readonly kind: 'undone'
      readonly name: string
      readonly findings: readonly string[]
      readonly now: string | null
      readonly notes: readonly string[]
    }
  | {
      readonly kind: 'stalled'
      readonly name: string
      readonly ms: number
      readonly tasks: readonly BlockingTask[]
      readonly left: 'waiting' | 'reversed' | 'reverse-stalled'
    }
