import { expect, test } from 'vitest'
import { logEntry, logFiles, logPorts, makeLogSigner } from '../../../test/kit/signed-log.ts'
import { formatLeaf } from '../../core/log/mod.ts'
import { checkLog, type TakenMetadata } from './mod.ts'

/** What a log may not do to a host that goes by it. */

const SIGNER = makeLogSigner()
const digest = (at: number) => at.toString(16).padStart(64, '0')
const ENTRIES = Array.from({ length: 600 }, (_, at) => logEntry({ role: 'stable', version: at + 1, sha256: digest(at) }))
const filesOf = (size: number, entries = ENTRIES) => logFiles(entries.slice(0, size), SIGNER)
const FORKED = ENTRIES.with(3, logEntry({ role: 'stable', version: 4, sha256: digest(9999) }))

const checkpointOf = (files: ReadonlyMap<string, Uint8Array>) => files.get('log/checkpoint')
const taken = (at: number): TakenMetadata => ({ repository: 'kernels/one', role: 'stable', version: at + 1, sha256: digest(at) })
const check = async (files: ReadonlyMap<string, Uint8Array>, change: Partial<Parameters<typeof checkLog>[0]> = {}) =>
  (await checkLog({ log: SIGNER.log, kept: undefined, taken: [], ...change }, logPorts(files))).bytes
const refusal = (message: string) => ({ code: 'trust/log', message: expect.stringContaining(message) })

test.each([1, 5, 256, 600])('a log of %i entries that grew since the last visit is taken, with what it has', async (size) => {
  const files = filesOf(size)
  for (const kept of [undefined, 1, Math.ceil(size / 2), size])
    expect(
      await check(files, { kept: kept === undefined ? undefined : checkpointOf(filesOf(kept)), taken: [taken(0), taken(size - 1)] }),
    ).toBe(checkpointOf(files))
})

test('what all repositories of a publisher share is in the log once', async () => {
  const root = { role: 'root', version: 1, sha256: digest(1) }
  const files = logFiles([logEntry({ ...root, repository: '*' })], SIGNER)
  expect(await check(files, { taken: [{ ...root, repository: 'kernels/one' }] })).toBe(checkpointOf(files))
})

test('a log that went back is refused', async () => {
  await expect(check(filesOf(5), { kept: checkpointOf(filesOf(6)) })).rejects.toMatchObject(refusal('it went back, from 6 entries to 5'))
})

test('a second log of the same size is refused', async () => {
  await expect(check(filesOf(6, FORKED), { kept: checkpointOf(filesOf(6)) })).rejects.toMatchObject(
    refusal('there are two logs of 6 entries'),
  )
})

test('a log that is no continuation of the one that was seen is refused', async () => {
  await expect(check(filesOf(300, FORKED), { kept: checkpointOf(filesOf(6)) })).rejects.toMatchObject(
    refusal('its first 6 entries are not those that were seen before'),
  )
})

test('metadata that the log does not have is refused, also where its own server points at an entry', async () => {
  const files = filesOf(5)
  await expect(check(files, { taken: [taken(5)] })).rejects.toMatchObject(
    refusal('stable version 6 of kernels/one: the log is to have it, and it does not have it'),
  )
  const [leaf = new Uint8Array(0)] = [filesOf(6).get(`log/leaf/${digest(5)}`)]
  await expect(check(files.set(`log/leaf/${digest(5)}`, leaf), { taken: [taken(5)] })).rejects.toMatchObject(refusal('it has only 5'))
  const entry = leaf.subarray(leaf.indexOf(0x0a) + 1)
  await expect(check(files.set(`log/leaf/${digest(5)}`, formatLeaf(4, entry)), { taken: [taken(5)] })).rejects.toMatchObject(
    refusal('entry 4: its tree has another there'),
  )
})

test.each([
  ['another file', { sha256: digest(7) }],
  ['another version', { version: 9 }],
  ['another role', { role: 'canary' }],
  ["another kernel's repository", { repository: 'kernels/two' }],
])('an entry of %s does not stand for the one that was taken', async (_what, change) => {
  const wanted = { ...taken(2), ...change }
  const files = filesOf(5)
  files.set(`log/leaf/${wanted.sha256}`, files.get(`log/leaf/${digest(2)}`) ?? new Uint8Array(0))
  await expect(check(files, { taken: [wanted] })).rejects.toMatchObject(
    refusal(`its entry 2 is of stable version 3 of kernels/one, SHA-256 ${digest(2)}`),
  )
})

test('a checkpoint that another key signed, or of another log, is refused', async () => {
  const other = makeLogSigner()
  await expect(check(logFiles(ENTRIES.slice(0, 5), other))).rejects.toMatchObject(refusal('example.org/log has not signed it'))
  await expect(check(filesOf(5), { log: { ...SIGNER.log, origin: 'example.org/other' } })).rejects.toMatchObject(
    refusal('it is that of example.org/log, not of example.org/other'),
  )
})

test('a log that lost its checkpoint, or a tile, is refused', async () => {
  const files = filesOf(5)
  files.delete('log/tile/0/000.p/5')
  await expect(check(files, { taken: [taken(1)] })).rejects.toMatchObject(refusal('log/tile/0/000.p/5 is not there'))
  files.delete('log/checkpoint')
  await expect(check(files)).rejects.toMatchObject(refusal('log/checkpoint is not there'))
})
