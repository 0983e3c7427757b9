import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logEntry } from '../../../test/kit/signed-log.ts'
import {
  type SmallRepository,
  makeSmallRepository,
  offerOf,
  publish,
  put,
  putBundle,
  putTarget,
  writeLog,
  writeRoot,
} from '../../../test/kit/small-repository.ts'
import { formatKernels } from '../../core/trust/mod.ts'
import { auditLog } from '../../app/log/mod.ts'
import { makeAuditPorts } from './log-ports.ts'

/** What an auditor sees of a repository in a folder. */

const RELEASE = '6.1.0-1-cloud-amd64'
let folder: string
let repo: SmallRepository

beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/kmend-audit-`)
  repo = makeSmallRepository(`${folder}/published`, RELEASE)
  const catalogue: SmallRepository = {
    ...repo,
    repository: 'catalogue',
    keys: { ...repo.keys, kernels: generateKeyPairSync('ed25519').privateKey },
    versions: { root: 1, timestamp: 0, snapshot: 0, targets: 0 },
    targets: {},
    delegated: ['kernels'],
  }
  put(catalogue, 'metadata/1.root.json', readFileSync(`${repo.folder}/${repo.repository}/metadata/1.root.json`))
  const kernel = { release: RELEASE, packageVersion: '1', buildId: 'ab', arch: 'amd64', from: null, until: null, tiers: {} }
  const content = Buffer.from(formatKernels([kernel]))
  putTarget(catalogue, 'kernels/kernels.json', { content })
  publish(catalogue, ['kernels'])
  offerBundle()
})
afterEach(() => rmSync(folder, { recursive: true }))

function offerBundle(): void {
  putBundle(repo, offerOf({ name: 'fix', version: 1, release: RELEASE, buildId: 'ab' }), Buffer.from('the bundle'))
  publish(repo, ['stable'])
  writeLog(repo)
}

function audit(kept?: Uint8Array) {
  const { fingerprint } = repo
  return auditLog({ kept, demand: undefined }, makeAuditPorts({ url: `file://${repo.folder}`, fingerprint, folder: `${folder}/kept` }))
}

test('a log that has what is served is in order, and on the next visit only what is new is told', async () => {
  const first = await audit()
  expect(first).toMatchObject({ sizeBefore: 0, size: 5, served: 6, alarms: [] })
  expect(first.entries.map(({ role, version }) => `${role} ${version}`)).toEqual([
    ...['root 1', 'targets 1', 'kernels 1', 'targets 1', 'stable 1'],
  ])
  expect(await audit(first.checkpoint)).toMatchObject({ sizeBefore: 5, entries: [] })
  offerBundle()
  expect(await audit(first.checkpoint)).toMatchObject({ sizeBefore: 5, size: 6, entries: [{ role: 'stable', version: 2 }], alarms: [] })
})

test('what is served and not in the log is an alarm', async () => {
  repo.logged.pop()
  writeLog(repo)
  expect((await audit()).alarms).toEqual([`${repo.repository}: stable version 1 is served, and the log does not have it`])
})

test('so is a root that the log does not have, though a stolen key signed it', async () => {
  writeRoot(repo)
  repo.logged.pop()
  writeLog(repo)
  expect((await audit()).alarms).toEqual([`*: root version 2 is served, and the log does not have it`])
})

test('what is in the log and not served is an alarm', async () => {
  const { repository } = repo
  repo.logged.push(logEntry({ repository, role: 'stable', version: 2, sha256: '1'.repeat(64) }))
  repo.logged.push(logEntry({ repository, role: 'lifecycle', version: 1, sha256: '2'.repeat(64) }))
  writeLog(repo)
  expect((await audit()).alarms).toEqual([
    `${repository}: the log has stable version 2, and version 1 is served`,
    `${repository}: the log has lifecycle version 1, and none is served`,
  ])
})

test('a log whose entries are not those of its tree, or that is another than on the last visit, is refused', async () => {
  const { checkpoint } = await audit()
  const [first] = repo.logged
  if (first !== undefined) repo.logged[0] = { ...first, timeMs: 1 }
  writeLog(repo)
  await expect(audit(checkpoint)).rejects.toMatchObject({ code: 'trust/log', message: expect.stringContaining('there are two logs') })
  put({ ...repo, repository: 'log' }, 'checkpoint', checkpoint)
  await expect(audit()).rejects.toMatchObject({ code: 'trust/log', message: expect.stringContaining('5 entries do not make the tree') })
})
