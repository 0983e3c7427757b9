import type { LintSpecimen } from '../lint-specimen.ts'

/** A change that a rule must find, in the shape of real fixes, and one next to it of which it must say nothing. */
export interface LintCase {
  readonly finds: LintSpecimen | string
  readonly says: string
  readonly passes: LintSpecimen | string
}

/** By the id of the rule. */
export type LintCases = Readonly<Record<string, LintCase>>
