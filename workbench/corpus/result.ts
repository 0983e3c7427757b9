import type { CaseClass } from './classify.ts'
import type { CaseKind, Corpus, CorpusCase } from './corpus.ts'
import type { CaseOutcome } from './outcome.ts'
import type { LoadResult } from './load-cases.ts'

/** What is known of each case of a corpus: from the last run, and, of cases that it left out, from those before. */
export interface RunResult {
  readonly format: 'kmend-corpus-result-1'
  readonly base: string
  readonly from: string
  readonly to: string
  /** ISO 8601, of the end of the run. */
  readonly date: string
  readonly headline: Headline
  /** What the run was asked for and left out, since it reaches more units than `--max-reach` allows. */
  readonly beyondReach?: BeyondReach
  readonly cases: readonly ResultCase[]
}

export interface BeyondReach {
  readonly maxReach: number
  readonly cases: readonly Pick<ResultCase, 'id' | 'reach'>[]
}

export interface ResultCase {
  readonly id: string
  readonly kind: CaseKind
  readonly class: CaseClass
  readonly reach: number
  readonly outcome: CaseOutcome | { readonly kind: 'not-run' }
  readonly load?: Pick<LoadResult, 'kind' | 'absent' | 'findings'>
  /** Of the run that it is from, where that is an earlier one. */
  readonly date?: string
}

/** Of the compiled files that change code alone, and no data and no types: how many become live patches. */
export interface Headline {
  readonly built: number
  readonly of: number
}

/** What a run has found. */
export interface Found {
  readonly outcomes: ReadonlyMap<string, CaseOutcome>
  readonly loads: ReadonlyMap<string, LoadResult>
}

/** What a run has found, and of all other cases what was known before it. */
export function joinResults(cases: readonly CorpusCase[], { outcomes, loads }: Found, before: RunResult | undefined): ResultCase[] {
  const known = new Map(before?.cases.map((one) => [one.id, one]))
  return cases.map(({ id, kind, class: kindOfChange, reach }) => {
    const one = { id, kind, class: kindOfChange, reach }
    const kept = known.get(id)
    const outcome = outcomes.get(id)
    if (outcome !== undefined) return { ...one, outcome, ...loadOf(loads.get(id) ?? loadOfSame(outcome, kept)) }
    if (before === undefined || kept === undefined || kept.outcome.kind === 'not-run') return { ...one, outcome: { kind: 'not-run' } }
    return { ...one, outcome: kept.outcome, ...loadOf(kept.load), date: kept.date ?? before.date }
  })
}

type Load = NonNullable<ResultCase['load']>

function loadOf(load: Load | undefined): Pick<ResultCase, 'load'> {
  return load === undefined ? {} : { load: { kind: load.kind, absent: load.absent, findings: load.findings } }
}

/** A module that is the same to the byte loads as it did. */
function loadOfSame(outcome: CaseOutcome, kept: ResultCase | undefined): Load | undefined {
  const isSame = outcome.kind === 'built' && kept?.outcome.kind === 'built' && kept.outcome.sha256 === outcome.sha256
  return isSame ? kept.load : undefined
}

const CODE: ReadonlySet<CaseClass> = new Set(['functions', 'macros'])

export function headlineOf(cases: readonly ResultCase[]): Headline {
  const counted = cases.filter(
    ({ kind, class: kindOfChange, outcome }) =>
      kind === 'file' && CODE.has(kindOfChange) && (outcome.kind === 'built' || outcome.kind === 'refused' || outcome.kind === 'failed'),
  )
  return { built: counted.filter(({ outcome }) => outcome.kind === 'built').length, of: counted.length }
}

export interface ResultFacts {
  /** ISO 8601. */
  readonly date: string
  readonly beyondReach?: BeyondReach | undefined
}

export function makeResult({ base, from, to }: Corpus, cases: readonly ResultCase[], { date, beyondReach }: ResultFacts): RunResult {
  const left = beyondReach === undefined || beyondReach.cases.length === 0 ? {} : { beyondReach }
  return { format: 'kmend-corpus-result-1', base, from, to, date, headline: headlineOf(cases), ...left, cases }
}
