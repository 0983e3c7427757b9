import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { EMPTY_RECORD, JOURNAL_SCHEMA, type PatchRecord, formatRecord, parseRecord } from '../../core/host/mod.ts'
import { noteShutdown, restoreAtBoot } from './boot.ts'
import { makeImages } from './make-images.ts'
import { PATHS } from './paths.ts'
import type { HostPorts, TomlAnswer } from './ports.ts'

const RELEASE = '6.1.0-1-amd64'
const SHA256 = 'c1'.repeat(32)
const FIX: PatchRecord = {
  ...{ name: 'fix', version: 1, release: RELEASE, buildId: 'ab', sha256: SHA256, fileSha256: SHA256, sinceMs: 0, package: null },
  standing: { kind: 'accepted', restoring: null },
}
const WANTED: TomlAnswer = { kind: 'read', tables: { boot: { initramfs: true } } }

/** A host that keeps one live patch; what it is asked to do is written down in `asked`. */
function host({ policy = WANTED, patch = FIX, files = {} }: { policy?: TomlAnswer; patch?: PatchRecord; files?: Record<string, string> }) {
  const disk: Record<string, string> = {
    '/proc/sys/kernel/osrelease': RELEASE,
    '/proc/sys/kernel/random/boot_id': 'this-boot',
    '/proc/cmdline': 'ro',
    [`/boot/initrd.img-${RELEASE}`]: '',
    [PATHS.record]: formatRecord({ ...EMPTY_RECORD, patches: [patch] }),
    ...files,
  }
  const asked: string[] = []
  const below = (folder: string) =>
    new Set(Object.keys(disk).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).replace(/\/.*/, '')] : [])))
  const ports = {
    system: {
      read: (path: string) => disk[path],
      readBytes: () => undefined,
      names: (folder: string) => [...below(folder)],
      write: (path: string, text: string) => {
        disk[path] = text
        asked.push(`${path} ${text}`)
      },
      log: () => [],
      uptimeMs: () => 0,
    },
    files: {
      exists: (path: string) => Promise.resolve(path in disk),
      readText: (path: string) => Promise.resolve(disk[path] ?? ''),
      write: (path: string, text: string) => Promise.resolve(void (disk[path] = text)),
      append: (path: string, text: string) => Promise.resolve(void (disk[path] = (disk[path] ?? '') + text)),
      remove: (path: string) => Promise.resolve(void delete disk[path]),
    },
    modules: { unload: (name: string) => Promise.resolve(asked.push(`rmmod ${name}`) && { kind: 'done' }) },
    makeImage: (release: string) => Promise.resolve(asked.push(`image ${release}`) && { kind: 'refused', said: 'no space is left' }),
    toml: () => Promise.resolve(policy),
    withLock: (_: string, __: number, act: () => Promise<unknown>) => act(),
    actor: { uid: 0 },
    digest: (text: string) => createHash('sha256').update(text).digest('hex'),
    nowMs: () => 1_700_000_000_000,
    sleep: () => Promise.resolve(),
    journal: () => {},
    progress: () => {},
  }
  return { ports: ports as unknown as HostPorts, disk, asked }
}

const record = (disk: Record<string, string>) => parseRecord(disk[PATHS.record] ?? '', PATHS.record)

test('a clean shutdown is noted, and permits what is accepted', async () => {
  const { ports, disk } = host({})
  await noteShutdown(ports)
  expect(record(disk).cleanBootId).toBe('this-boot')
  expect(disk[PATHS.permit]).toBe(`kmend/next-boot/1 1699999880 1700000900\n${RELEASE} ab fix ${SHA256}\n`)
})

const TAKEN_BACK: PatchRecord = { ...FIX, retracted: { sinceMs: 1, reason: 'it panics', stepBack: true } }

test('what its publisher has taken back is not permitted, nor loaded, and the history says why', async () => {
  const { ports, disk, asked } = host({ patch: TAKEN_BACK })
  await noteShutdown(ports)
  expect(disk[PATHS.permit]).toBe(undefined)
  const { events, restored } = await restoreAtBoot(ports)
  expect([events.map(({ kind }) => kind), restored, asked]).toEqual([['taken-back'], [], []])
  expect(disk[PATHS.history]).toMatch(/"act":"recover","patch":"fix",.*"its publisher has taken it back: it panics; it does not come back"/)
})

test('it is noted also when the policy cannot be read', async () => {
  const { ports, disk } = host({ policy: { kind: 'malformed', finding: 'line 1' } })
  await expect(noteShutdown(ports)).rejects.toThrow('Cannot read the policy')
  expect([record(disk).cleanBootId, disk[PATHS.permit]]).toEqual(['this-boot', undefined])
})

test('the permit goes before anything else, so that it serves for one boot', async () => {
  const { ports, disk } = host({ policy: { kind: 'malformed', finding: 'line 1' }, files: { [PATHS.permit]: 'a permit' } })
  await expect(restoreAtBoot(ports)).rejects.toThrow('Cannot read the policy')
  expect(disk[PATHS.permit]).toBe(undefined)
})

const LOADED = {
  [PATHS.early]: `fix ${SHA256}\n`,
  '/sys/kernel/livepatch/fix/enabled': '1',
  '/sys/kernel/livepatch/fix/transition': '0',
}

test.each<[string, PatchRecord, TomlAnswer]>([
  ['was set aside', { ...FIX, standing: { kind: 'kept', wasAccepted: true } }, WANTED],
  ['is in quarantine', { ...FIX, standing: { kind: 'quarantined', reason: 'oops' } }, WANTED],
  ['is accepted for another kernel', { ...FIX, release: 'other' }, WANTED],
  ['is another module than the one that is accepted', { ...FIX, buildId: '', fileSha256: 'd2'.repeat(32) }, WANTED],
  ['was taken back', { ...TAKEN_BACK, buildId: '' }, WANTED],
  ['is on hold', { ...FIX, buildId: '' }, { kind: 'read', tables: { hold: ['fix'] } }],
])('what the initial RAM disk has loaded and that %s is taken out', async (_, patch, policy) => {
  const { ports, disk, asked } = host({ patch, policy, files: LOADED })
  // What is accepted itself would be put in after that, and its module is not here.
  await restoreAtBoot(ports).catch(() => {})
  expect(asked).toEqual(['/sys/kernel/livepatch/fix/enabled 0'])
  expect(disk[PATHS.early]).toBe(undefined)
  expect(disk[PATHS.history]).toMatch(
    /"act":"remove","patch":"fix",.*"reason":"loaded by the initial RAM disk, and not wanted","outcome":"done"/,
  )
  expect(record(disk).patches[0]?.standing.kind).toBe(patch.retracted === undefined ? patch.standing.kind : 'kept')
})

test('what was being taken back when the host went down stays in quarantine', async () => {
  const journal = {
    schema: JOURNAL_SCHEMA,
    act: 'remove',
    name: 'fix',
    release: RELEASE,
    bootId: 'last-boot',
    startedMs: 1,
    logStart: 0,
    replaces: [],
    previous: null,
    functions: null,
    actor: { uid: 0, user: 'root', by: null, command: ['kmend'] },
    reason: null,
  }
  const patch: PatchRecord = { ...FIX, standing: { kind: 'quarantined', reason: 'oops' } }
  const { ports, disk } = host({ patch, files: { [PATHS.journal]: JSON.stringify(journal) } })
  await restoreAtBoot(ports)
  expect(record(disk).patches[0]?.standing).toEqual({ kind: 'quarantined', reason: 'oops' })
  expect(disk[PATHS.journal]).toBe(undefined)
})

test('an image that cannot be made is noted, and not tried again at once', async () => {
  const { ports, disk, asked } = host({})
  const wanted = [{ release: RELEASE, patches: ['fix'], said: 'no space is left' }]
  expect(await makeImages(ports)).toEqual(wanted)
  expect(await makeImages(ports)).toEqual([])
  expect(asked).toEqual([`image ${RELEASE}`])
  expect(record(disk).images).toEqual([{ release: RELEASE, modules: [SHA256], failedMs: 1_700_000_000_000 }])
  expect(disk[PATHS.history]).toMatch(/"act":"image","patch":null,.*"outcome":"failed"/)
})
