import type { CaseClass } from './classify.ts'
import type { CaseKind, Corpus, CorpusCase } from './corpus.ts'
import type { CaseOutcome } from './outcome.ts'
import type { LoadResult } from './load-cases.ts'

/** One run over a corpus, whole. */
export interface RunResult {
  readonly format: 'kmend-corpus-result-1'
  readonly base: string
  readonly from: string
  readonly to: string
  /** ISO 8601, of the end of the run. */
  readonly date: string
  readonly headline: Headline
  readonly cases: readonly ResultCase[]
}

export interface ResultCase {
  readonly id: string
  readonly kind: CaseKind
  readonly class: CaseClass
  readonly reach: number
  readonly outcome: CaseOutcome | { readonly kind: 'not-run' }
  readonly load?: Pick<LoadResult, 'kind' | 'absent' | 'findings'>
}

/** Of the compiled files that change code alone, and no data and no types: how many become live patches. */
export interface Headline {
  readonly built: number
  readonly of: number
}

export function joinResults(
  cases: readonly CorpusCase[],
  outcomes: ReadonlyMap<string, CaseOutcome>,
  loads: ReadonlyMap<string, LoadResult>,
): ResultCase[] {
  return cases.map(({ id, kind, class: kindOfChange, reach }) => {
    const load = loads.get(id)
    const outcome = outcomes.get(id) ?? ({ kind: 'not-run' } as const)
    return {
      id,
      kind,
      class: kindOfChange,
      reach,
      outcome,
      ...(load === undefined ? {} : { load: { kind: load.kind, absent: load.absent, findings: load.findings } }),
    }
  })
}

const CODE: ReadonlySet<CaseClass> = new Set(['functions', 'macros'])

export function headlineOf(cases: readonly ResultCase[]): Headline {
  const counted = cases.filter(
    ({ kind, class: kindOfChange, outcome }) =>
      kind === 'file' && CODE.has(kindOfChange) && (outcome.kind === 'built' || outcome.kind === 'refused' || outcome.kind === 'failed'),
  )
  return { built: counted.filter(({ outcome }) => outcome.kind === 'built').length, of: counted.length }
}

export function makeResult({ base, from, to }: Corpus, cases: readonly ResultCase[], date: string): RunResult {
  return { format: 'kmend-corpus-result-1', base, from, to, date, headline: headlineOf(cases), cases }
}
