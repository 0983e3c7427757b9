import { describe, expect, test } from 'vitest'
import { formatEntry, type HistoryEntry, readHistory } from './history.ts'

/** Any function of the text will do for the chain. */
const digest = (text: string) => `${text.length}-${new TextEncoder().encode(text).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7)}`

const LINES = write(['apply', 'accept', 'remove'])

test('a history that was left alone is whole', () => {
  const { entries, findings, torn } = readHistory(LINES.join(''), digest)
  expect(entries.map(({ number, act }) => `${number} ${act}`)).toEqual(['1 apply', '2 accept', '3 remove'])
  expect([findings, torn]).toEqual([[], ''])
})

describe('it shows', () => {
  test.each<[string, string, string | undefined, RegExp]>([
    ['a word that was changed', LINES.join('').replace('"accept"', '"refuse"'), undefined, /entry 2 .* was changed/],
    ['an entry that was taken out', [LINES[0], LINES[2]].join(''), undefined, /entry 3 .* does not follow/],
    ['entries that changed places', [LINES[1], LINES[0], LINES[2]].join(''), undefined, /entry 2 .* does not follow/],
    ['an end that was cut off, to one who knows of it', LINES.slice(0, 2).join(''), last(LINES), /does not hold/],
    ['one that was written anew, to one who knows of the old', write(['apply']).join(''), last(LINES), /does not hold/],
    ['a line that is none', `${LINES[0]}garbage\n`, undefined, /line 2 is no entry/],
  ])('%s', (_, text, known, finding) => {
    expect(readHistory(text, digest, known).findings.join('\n')).toMatch(finding)
  })
})

test('what a power cut left of an entry is told from the entries', () => {
  const { entries, findings, torn } = readHistory(`${LINES[0]}${LINES[1]?.slice(0, 40)}`, digest)
  expect([entries.length, findings, torn]).toEqual([1, [], LINES[1]?.slice(0, 40)])
})

function write(acts: readonly HistoryEntry['act'][]): string[] {
  const lines: string[] = []
  for (const act of acts) {
    const before = lines.length === 0 ? undefined : (JSON.parse(lines.at(-1) ?? '') as HistoryEntry)
    const actor = { uid: 0, user: 'root', by: 'ann', command: ['kmend', act] }
    lines.push(
      formatEntry(
        { time: '2026-01-01T00:00:00.000Z', act, patch: 'fix', release: 'r', actor, reason: null, outcome: 'done', detail: {} },
        before,
        digest,
      ),
    )
  }
  return lines
}

function last(lines: readonly string[]): string {
  return (JSON.parse(lines.at(-1) ?? '') as HistoryEntry).digest
}
