import { expect, test } from 'vitest'
import { Fault } from '../base/mod.ts'
import { parseToml } from '../../io/toml-file.ts'
import { NOTHING_KNOWN, afterCheck, checkClock, formatFollowed, formatFollowing, parseFollowed, parseFollowing } from './following.ts'

const ROOT = 'ab'.repeat(32)
const MINUTE = 60_000

test('what is written about a repository is read again', () => {
  const told = { url: 'https://a.example', root: ROOT, tier: 'stable' }
  expect(parseFollowed(told, 'f')).toEqual({ url: 'https://a.example', fingerprint: ROOT, tier: 'stable', isCarried: false })
  expect(parseFollowing(formatFollowing(NOTHING_KNOWN), 'f')).toEqual(NOTHING_KNOWN)
  const { othersMs: _others, ...earlier } = NOTHING_KNOWN
  expect(parseFollowing(JSON.stringify(earlier), 'f')).toEqual(NOTHING_KNOWN)
})

test('everything that is wrong with repository.toml is said at once', () => {
  expect(() => parseFollowed({ url: 1, root: 'abc', carried: 'no', teir: 'stable' }, 'f')).toThrow(
    /teir is not known.*\n.*url is no text\n.*root is no fingerprint.*\n.*tier is no text\n.*carried is neither/,
  )
})

test('who has to have seen what goes in is written, and read again; whom nobody could satisfy is refused', () => {
  const witnesses = { keys: ['a.example/w+00000001+AA==', 'b.example/w+00000002+AA=='], atLeast: 2 }
  const followed = { url: 'https://a.example', fingerprint: ROOT, tier: 'stable', isCarried: false, witnesses }
  const file = parseToml(formatFollowed(followed))
  expect(file.kind === 'read' && parseFollowed(file.tables, 'f')).toEqual(followed)
  const { keys } = witnesses
  const told = { url: 'https://a.example', root: ROOT, tier: 'stable' }
  for (const wrong of [{ witnesses: keys }, { cosignatures: 1 }, { witnesses: [], cosignatures: 0 }, { witnesses: 'a', cosignatures: 1 }])
    expect(() => parseFollowed({ ...told, ...wrong }, 'f')).toThrow(/witnesses/)
  for (const cosignatures of [0, 3, 1.5, '2', null])
    expect(() => parseFollowed({ ...told, witnesses: keys, cosignatures }, 'f')).toThrow('cosignatures is no number from 1 to 2')
  expect(() => parseFollowed({ ...told, witnesses: [keys[0], keys[0]], cosignatures: 2 }, 'f')).toThrow('each of them once')
})

const OTHER = [
  { schema: 'kmend/following/2' },
  { offers: [{}] },
  { offers: [null] },
  { latestMs: '0' },
  { latestMs: 1e16 },
  { error: 3 },
  { checkedMs: undefined },
]

test.each(['', '{}', 'null', ...OTHER.map((change) => formatFollowing({ ...NOTHING_KNOWN, ...(change as object) }))])(
  'what is of another form is refused: %j',
  (text) => {
    expect(() => parseFollowing(text, 'f')).toThrow(
      expect.objectContaining({ code: 'host/state', try: expect.stringContaining('kmend enable') }),
    )
  },
)

test('a check that fails keeps what is known, and one by what is kept is no check', () => {
  const before = { ...NOTHING_KNOWN, checkedMs: 1, validUntilMs: 9 }
  const faults = [new Fault('fetch/unreachable', 'away')]
  const failed = { ...before, triedMs: 5, failures: 1, error: 'away', latestMs: 5 }
  const others = undefined
  expect(afterCheck(before, { askedMs: 5, found: undefined, others, isOffline: false, faults })).toEqual(failed)
  const found = { release: 'r', offers: [], elsewhere: [], validUntilMs: 8 }
  expect(afterCheck(before, { askedMs: 5, found, others, isOffline: true, faults })).toEqual({ ...failed, release: 'r', validUntilMs: 8 })
  const done = { ...failed, release: 'r', validUntilMs: 8, checkedMs: 6, triedMs: 6, failures: 0, error: null, latestMs: 6 }
  expect(afterCheck(failed, { askedMs: 6, found, others, isOffline: false, faults: [] })).toEqual(done)
})

test('a clock may be set back a little, and no more', () => {
  expect(checkClock({ latestMs: 30 * MINUTE }, 21 * MINUTE)).toBeUndefined()
  expect(() => checkClock({ latestMs: 30 * MINUTE }, 19 * MINUTE)).toThrow(
    expect.objectContaining({ code: 'trust/clock', try: expect.stringMatching(/kmend enable again\. That forgets 1970-01-01T00:30/) }),
  )
})
