import { expect, test } from 'vitest'
import type { CorpusCase } from './corpus.ts'
import { type Found, joinResults, makeResult } from './result.ts'
import { formatTable } from './table.ts'

const cases = ['file:a.c', 'file:b.c', 'group:a.c'].map((id): CorpusCase => ({
  id,
  kind: id.startsWith('file') ? 'file' : 'group',
  class: 'functions',
  effects: [],
  files: [],
  objects: [],
  reach: 1,
}))
const corpus = { format: 'kmend-corpus-1', base: '6.1.0-1-cloud-amd64', from: '6.1.1-1', to: '6.1.2-1', changedFiles: 2, cases } as const
const built = (sha256: string) => ({ kind: 'built', sha256, functions: ['vmlinux:f'], units: 1 }) as const
const loaded = (id: string) => ({ id, sha256: 'aa', kind: 'loaded', absent: [], findings: [] }) as const
const found = (outcomes: Found['outcomes'], loads: Found['loads'] = new Map()) => ({ outcomes, loads })

const first = makeResult(
  corpus,
  joinResults(cases, found(new Map([['file:a.c', built('aa')]]), new Map([['file:a.c', loaded('file:a.c')]])), undefined),
  { date: '2026-01-01' },
)
const second = makeResult(corpus, joinResults(cases, found(new Map([['group:a.c', built('bb')]])), first), { date: '2026-01-02' })

test('what a run leaves out keeps the result that it had, with the day of that', () => {
  expect(second.cases).toMatchObject([
    { id: 'file:a.c', outcome: { kind: 'built', sha256: 'aa' }, load: { kind: 'loaded' }, date: '2026-01-01' },
    { id: 'file:b.c', outcome: { kind: 'not-run' } },
    { id: 'group:a.c', outcome: { kind: 'built', sha256: 'bb' } },
  ])
  expect(second.cases[2]).not.toHaveProperty('date')
  expect(formatTable(second).slice(1, 3)).toEqual(['never run, and not counted: 1', 'from earlier runs: 1, the oldest of 2026-01-01'])
  const third = joinResults(cases, found(new Map()), second)
  expect(third.map(({ date }) => date)).toEqual(['2026-01-01', undefined, '2026-01-02'])
})

test.each([
  ['that is the same to the byte has loaded', 'aa', 'loaded'],
  ['that is another has not', 'cc', undefined],
])('a module built again %s', (_, sha256, kind) => {
  const [again] = joinResults(cases, found(new Map([['file:a.c', built(sha256)]])), second)
  expect(again?.load?.kind).toBe(kind)
  expect(again?.date).toBeUndefined()
})
