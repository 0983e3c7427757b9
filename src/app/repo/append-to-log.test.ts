import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestPublisher, makePublisher } from '../../../test/kit/publisher.ts'
import { logEntry } from '../../../test/kit/signed-log.ts'
import { formatEntry, formatLeaf, parseCheckpoint } from '../../core/log/mod.ts'
import { LOG_CHECKPOINT, logLeaf } from '../../core/trust/mod.ts'
import { appendToLog, verifierKeyOf } from './append-to-log.ts'

let publisher: TestPublisher
beforeEach(async () => {
  publisher = await makePublisher()
})
afterEach(() => publisher.remove())

test('an entry whose hint names a place that another entry has is added; one that is there is not added again', async () => {
  const { ports, folder } = publisher
  const store = ports.openStore(`${folder}/log-alone`, folder)
  const key = await ports.keys.make(`${folder}/log.pem`)
  const log = { origin: 'example.org/log', signers: [{ verifier: verifierKeyOf('example.org/log', key, ports), key }] }
  const [first, second] = ['a', 'b'].map((digit) => logEntry({ role: 'stable', version: 1, sha256: digit.repeat(64) }))
  if (first === undefined || second === undefined) throw new Error('two entries')
  const add = async (entry: typeof first) => {
    await appendToLog([entry], { store, log, isNew: true, kept: undefined }, ports)
    return parseCheckpoint((await store.read(LOG_CHECKPOINT)) ?? new Uint8Array(0), LOG_CHECKPOINT).size
  }
  expect(await add(first)).toBe(1)
  await store.put(logLeaf(second.sha256), formatLeaf(0, formatEntry(second)))
  expect([await add(second), await add(second), await add(first)]).toEqual([2, 2, 2])
})
