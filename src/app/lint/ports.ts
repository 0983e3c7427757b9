import type { TreePorts } from '../source/mod.ts'

/** What the review needs from the world. */
export interface LintPorts extends TreePorts {
  readonly home: string
}
