import { expect, test } from 'vitest'
import { NOTHING_KNOWN, checkClock, formatFollowing, parseFollowed, parseFollowing } from './following.ts'

const ROOT = 'ab'.repeat(32)
const MINUTE = 60_000

test('what is written about a repository is read again', () => {
  const told = { url: 'https://a.example', root: ROOT, tier: 'stable' }
  expect(parseFollowed(told, 'f')).toEqual({ url: 'https://a.example', fingerprint: ROOT, tier: 'stable', isCarried: false })
  expect(parseFollowing(formatFollowing(NOTHING_KNOWN), 'f')).toEqual(NOTHING_KNOWN)
})

test('everything that is wrong with repository.toml is said at once', () => {
  expect(() => parseFollowed({ url: 1, root: 'abc', carried: 'no', teir: 'stable' }, 'f')).toThrow(
    /teir is not known.*\n.*url is no text\n.*root is no fingerprint.*\n.*tier is no text\n.*carried is neither/,
  )
})

test.each(['', '{}', '{"schema":"kmend/following/2","offers":[]}'])('what is of another form is refused: %j', (text) => {
  expect(() => parseFollowing(text, 'f')).toThrow(expect.objectContaining({ code: 'host/state' }))
})

test('a clock may be set back a little, and no more', () => {
  expect(checkClock({ latestMs: 30 * MINUTE }, 21 * MINUTE)).toBeUndefined()
  expect(() => checkClock({ latestMs: 30 * MINUTE }, 19 * MINUTE)).toThrow(expect.objectContaining({ code: 'trust/clock' }))
})
