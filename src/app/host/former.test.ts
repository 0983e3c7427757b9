import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { EMPTY_RECORD, type PatchRecord, formatRecord, parseRecord, withPatch } from '../../core/host/mod.ts'
import { joinSignature } from '../../core/kernel/mod.ts'
import { keepFormer, readFormer, takeSignature } from './former.ts'
import type { HostPorts } from './ports.ts'
import type { ReadCandidate } from './read-candidate.ts'

const RELEASE = '6.1.0-1-amd64'
const RECORD = '/var/lib/kmend/host.json'
const MODULE = `/var/lib/kmend/patches/${RELEASE}/fix/fix.ko`
const BUILT = Uint8Array.of(1, 2, 3)
const SIGNED = joinSignature(BUILT, Uint8Array.of(9))
const digest = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex')
const PATCH: PatchRecord = {
  ...{
    name: 'fix',
    version: 1,
    release: RELEASE,
    buildId: 'b1',
    sha256: digest(BUILT),
    fileSha256: digest(BUILT),
    sinceMs: 0,
    package: null,
  },
  standing: { kind: 'accepted', restoring: null },
}

/** A host that keeps the live patch, with this module; without a file of it when none is given. */
function host(module: Uint8Array | undefined) {
  const files = new Map<string, Uint8Array | string>([[RECORD, formatRecord(withPatch(EMPTY_RECORD, PATCH))]])
  if (module !== undefined) files.set(MODULE, module)
  const ports = {
    system: {
      read: (path: string) => (path === '/proc/sys/kernel/osrelease' ? RELEASE : undefined),
      readBytes: () => undefined,
      names: () => [],
    },
    files: {
      exists: async (path: string) => files.has(path),
      readBytes: async (path: string) => files.get(path),
      readText: async (path: string) => String(files.get(path) ?? ''),
      write: async (path: string, content: string | Uint8Array) => void files.set(path, content),
      append: async (path: string, text: string) => void files.set(path, `${String(files.get(path) ?? '')}${text}`),
      names: async (folder: string) =>
        [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1)),
    },
    digest,
    actor: { uid: 0, user: 'root', tty: null },
    nowMs: () => 0,
    journal: () => {},
  } as unknown as HostPorts
  return { ports, files, record: () => parseRecord(String(files.get(RECORD)), RECORD).patches }
}

function candidate(module: Uint8Array, isSigned: boolean, built = BUILT): ReadCandidate {
  const told = { name: 'fix', release: RELEASE, isSigned, sha256: digest(built), fileSha256: digest(module), promise: undefined }
  return { candidate: told, manifest: undefined, manifestText: undefined, module }
}

test('a build that is kept unsigned takes its signature over, and stays what it was', async () => {
  const { ports, files, record } = host(BUILT)
  expect(await takeSignature(candidate(SIGNED, true), RELEASE, ports)).toBe(true)
  expect(files.get(MODULE)).toEqual(SIGNED)
  expect(record()).toEqual([{ ...PATCH, fileSha256: digest(SIGNED) }])
})

test('another build of the same name is not kept for its signature', async () => {
  const { ports, files, record } = host(BUILT)
  const other = Uint8Array.of(4)
  expect(await takeSignature(candidate(joinSignature(other, Uint8Array.of(9)), true, other), RELEASE, ports)).toBe(false)
  expect([files.get(MODULE), record()]).toEqual([BUILT, [PATCH]])
})

test.each<[string, Uint8Array, Uint8Array, boolean]>([
  ['one that has a signature keeps that', SIGNED, joinSignature(BUILT, Uint8Array.of(8)), true],
  ['an unsigned file takes no signature away', SIGNED, BUILT, false],
])('%s', async (_, kept, offered, isSigned) => {
  const { ports, files, record } = host(kept)
  expect(await takeSignature(candidate(offered, isSigned), RELEASE, ports)).toBe(false)
  expect([files.get(MODULE), record()]).toEqual([kept, [PATCH]])
})

test('what was kept before is kept again, file and record', async () => {
  const { ports, files, record } = host(BUILT)
  const former = await readFormer(PATCH, ports)
  files.set(MODULE, SIGNED)
  files.set(
    RECORD,
    formatRecord(withPatch(EMPTY_RECORD, { ...PATCH, fileSha256: digest(SIGNED), standing: { kind: 'kept', wasAccepted: true } })),
  )
  if (former !== undefined) await keepFormer(former, ports)
  expect([files.get(MODULE), record()]).toEqual([BUILT, [PATCH]])
})

test('a live patch whose file is gone is no hindrance to applying it again', async () => {
  expect(await readFormer(PATCH, host(undefined).ports)).toBe(undefined)
})
