import { expect, test } from 'vitest'
import type { HistoryEntry } from './history.ts'
import { lastTrouble } from './past-trouble.ts'

const DONE = { outcome: 'done', detail: {} } as const

test.each<[string, Partial<HistoryEntry>[], string | undefined]>([
  ['a history without trouble', [DONE, DONE], undefined],
  ['no history', [], undefined],
  [
    'a refusal',
    [DONE, { outcome: 'refused', detail: { said: [{ code: 'host/held', message: 'Cannot apply a: held' }] } }],
    'Cannot apply a: held',
  ],
  ['the kernel said no', [{ outcome: 'refused', detail: { said: 'livepatch: no' } }], 'livepatch: no'],
  ['it was undone', [{ outcome: 'undone', detail: { findings: ['kernel log, oops: x', 'more'] } }], 'kernel log, oops: x'],
  ['it stalled', [{ outcome: 'stalled', detail: { ms: 60_000 } }], ''],
  ['it worked afterwards', [{ outcome: 'refused', detail: { said: 'no' } }, DONE], undefined],
  [
    'another worked afterwards',
    [
      { outcome: 'refused', detail: { said: 'no' } },
      { ...DONE, patch: 'b' },
    ],
    'no',
  ],
  [
    'an initial RAM disk was made afterwards',
    [
      { act: 'image', patch: null, outcome: 'failed', detail: { said: 'no space' } },
      { ...DONE, act: 'image', patch: null },
    ],
    undefined,
  ],
  [
    'tasks were woken afterwards',
    [
      { outcome: 'stalled', detail: {} },
      { ...DONE, act: 'signal' },
    ],
    '',
  ],
])('%s', (_, entries, said) => {
  expect(lastTrouble(entries.map(entry))?.said).toBe(said)
})

function entry(more: Partial<HistoryEntry>, index: number): HistoryEntry {
  const actor = { uid: 0, user: 'root', by: null, command: ['kmend', 'apply', 'a'] }
  const base = { number: index + 1, time: '2026-11-21T03:00:00.000Z', act: 'apply', patch: 'a', release: 'r1', reason: null } as const
  return { ...base, ...DONE, actor, before: '', digest: '', ...more }
}
