import { expect, test } from 'vitest'
import type { Connection, Seen } from './step.ts'
import { compareSeen } from './show.ts'

const connection: Connection = { state: 'running', roundTrips: 100, pid: 60, inode: 4000, longestPauseMs: 3, reason: '-' }
const last: Seen = { bootId: 'a', uptimeSeconds: 5, connection }
const later = (change: Partial<Seen>, connected: Partial<Connection> = {}): Seen => ({
  bootId: 'a',
  uptimeSeconds: 6,
  ...change,
  connection: { ...connection, roundTrips: 200, ...connected },
})

test('a machine and a connection that just went on are as claimed', () => {
  expect(compareSeen(last, later({}))).toBeUndefined()
})

test.each([
  ['another boot', later({ bootId: 'b' }), /boot id/],
  ['an uptime that starts again', later({ uptimeSeconds: 1 }), /uptime/],
  ['no uptime', later({ uptimeSeconds: Number.NaN }), /uptime/],
  ['a connection that ended', later({}, { state: 'failed', reason: 'receive: reset' }), /failed: receive: reset/],
  ['another socket', later({}, { inode: 4001 }), /another one/],
  ['another process', later({}, { pid: 61 }), /another one/],
  ['a connection that stands still', later({}, { roundTrips: 100 }), /no data/],
])('%s is not', (_, now, wrong) => {
  expect(compareSeen(last, now)).toMatch(wrong)
})
