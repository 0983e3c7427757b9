import type { Manifest } from '../../core/bundle/mod.ts'

export type DemoPhase = 'before' | 'with' | 'after'

/** A step that has ended as it should. */
export type DemoStep = StepFacts & { readonly ms: number }

export type StepFacts =
  | { readonly step: 'kernel'; readonly release: string; readonly version: string; readonly wasCached: boolean }
  | { readonly step: 'passed-over'; readonly title: string; readonly release: string; readonly why: string }
  | {
      readonly step: 'fix'
      readonly id: string
      readonly title: string
      readonly cve: string | undefined
      readonly path: string
      /** Undefined for a fix of our own. */
      readonly from: { readonly older: string; readonly newer: string } | undefined
      readonly patch: string
    }
  | { readonly step: 'build'; readonly name: string; readonly module: string; readonly objects: Manifest['objects'] }
  | { readonly step: 'boot'; readonly bootMs: number; readonly bootId: string }
  | { readonly step: 'connect'; readonly pid: number; readonly inode: number }
  | {
      readonly step: 'probe'
      readonly phase: DemoPhase
      readonly verdict: 'vulnerable' | 'fixed'
      readonly said: string
      readonly seen: Seen
    }
  | { readonly step: 'apply'; readonly name: string }
  | { readonly step: 'revert'; readonly name: string }

/** Begins a step; what it returns ends it. */
export type Recorder = () => (facts: StepFacts) => void

/** What the guest says at one moment. */
export interface Seen {
  readonly bootId: string
  readonly uptimeSeconds: number
  readonly connection: Connection
}

/** The connection that is open from before the patch until after it. */
export interface Connection {
  readonly state: 'running' | 'ended' | 'failed'
  readonly roundTrips: number
  readonly pid: number
  readonly inode: number
  readonly longestPauseMs: number
  readonly reason: string
}
