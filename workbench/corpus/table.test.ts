import { expect, test } from 'vitest'
import { makeResult, type ResultCase } from './result.ts'
import { formatDifferences, formatInWholeAlone, formatNotBuilt, formatTable } from './table.ts'

const corpus = {
  format: 'kmend-corpus-1',
  base: '6.1.0-1-cloud-amd64',
  from: '6.1.1-1',
  to: '6.1.2-1',
  changedFiles: 4,
  cases: [],
} as const
const one = (id: string, outcome: ResultCase['outcome'], more: Partial<ResultCase> = {}): ResultCase => ({
  id,
  kind: 'file',
  class: 'functions',
  reach: 1,
  outcome,
  ...more,
})
const built = { kind: 'built', sha256: '00', functions: ['vmlinux:f'], units: 1 } as const
const refused = { kind: 'refused', reasons: [{ code: 'data-changed', unit: 'b.c', subject: 'table', reason: 'it differs' }] } as const
const load = (kind: 'loaded' | 'failed', findings: readonly string[] = [], absent: readonly string[] = []) => ({
  load: { kind, absent, findings },
})
const resultOf = (cases: readonly ResultCase[]) => makeResult(corpus, cases, { date: '2026-01-01' })

test('the table counts kinds by classes, refusals by code, and the share of code that is built', () => {
  const cases = [
    one('file:a.c', built, load('loaded')),
    one('file:b.c', refused),
    one('file:c.c', refused, { class: 'data' }),
    one('file:d.c', { kind: 'unchanged' }),
    one('file:e.c', { kind: 'does-not-compile', message: 'no' }),
    one('whole', { kind: 'not-run' }, { kind: 'whole', class: 'types' }),
  ]
  const table = formatTable(resultOf(cases))
  expect(table[1]).toBe('never run, and not counted: 1')
  expect(table).toContainEqual(expect.stringMatching(/^file +functions +4 +1 +1 +1 +0 +1 +1 +0$/))
  expect(table.join()).not.toMatch(/whole/)
  expect(table).toContainEqual(expect.stringMatching(/^file +all +5 +1 +1 +2 +0 +1 /))
  expect(table).toContainEqual(expect.stringMatching(/^ {2}data-changed +2 cases +2 single files$/))
  expect(table.at(-1)).toMatch(/: 1 of 2 built \(50\.0 %\)$/)
})

test('the table names what it is for a person to judge: what only waits in part, what was left out as too wide, what was built of types and data', () => {
  const cases = [
    one('file:a.c', built, load('loaded', [], ['kvm_intel', 'kvm_amd'])),
    one('file:b.c', built, load('failed', ['an oops'], ['kvm'])),
    one('file:c.c', built, { class: 'data', ...load('loaded') }),
    one('file:d.c', refused, { class: 'types' }),
    one('group:e.h', built, { kind: 'group', class: 'types' }),
    one('whole', built, { kind: 'whole', class: 'types' }),
  ]
  const beyondReach = { maxReach: 150, cases: [{ id: 'group:f.h', reach: 4704 }] }
  const table = formatTable(makeResult(corpus, cases, { date: '2026-01-01', beyondReach }))
  expect(table.slice(table.indexOf('', table.indexOf('refused for (a case may have several reasons)')), -2)).toEqual([
    '',
    'loaded, but for the part that waits for a module which did not load in the machine: 1',
    '  file:a.c, for kvm_intel, kvm_amd',
    '',
    'left out by the last run, since they reach more units than --max-reach 150: 1',
    '  group:f.h, 4704 units',
    '',
    'built, though a type or data that is there already changes (is each let through with reason?): 2',
    '  data: file:c.c',
    '  types: group:e.h',
  ])
  expect(formatTable(resultOf([one('file:a.c', built, load('loaded'))])).join()).not.toMatch(/waits|left out|built, though/)
})

test('making a corpus tells what only the whole update holds, with the count', () => {
  expect(formatInWholeAlone({ ...corpus, inWholeAlone: ['kernel/sched/rt.c', 'include/net/dst.h'] })).toEqual([
    'changed files that this kernel compiles or includes and that are in no file or group case: 2',
    '  kernel/sched/rt.c',
    '  include/net/dst.h',
  ])
  expect(formatInWholeAlone(corpus)).toEqual([])
})

test('what is not built says why, and what does not load too', () => {
  expect(
    formatNotBuilt(resultOf([one('file:a.c', built, load('failed', ['an oops'])), one('file:b.c', refused), one('file:c.c', built)])),
  ).toEqual([
    'built, does not load: file:a.c [functions]',
    '  vm: an oops',
    '',
    'refused: file:b.c [functions]',
    '  data-changed table (b.c): it differs',
    '',
  ])
})

test('two runs differ in the cases that came out otherwise', () => {
  const before = resultOf([one('file:a.c', built), one('file:b.c', refused), one('file:c.c', built)])
  const after = resultOf([one('file:a.c', built), one('file:b.c', built, load('loaded')), one('file:c.c', built)])
  expect(formatDifferences(before, after)).toEqual(['file:b.c: refused (data-changed), now built and loaded'])
  expect(formatDifferences(after, after)).toEqual([])
  expect(formatDifferences(resultOf([one('file:a.c', { kind: 'not-run' })]), after)).toEqual([])
})
