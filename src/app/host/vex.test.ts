import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Manifest, MANIFEST_SCHEMA, formatManifest } from '../../core/bundle/mod.ts'
import { beginTrial, EMPTY_RECORD, formatRecord } from '../../core/host/mod.ts'
import type { HostPorts } from './ports.ts'
import { signFixes, stateFixes } from './vex.ts'

const BUILD_ID = 'ab'.repeat(20)
const SHA256 = '0'.repeat(64)
const RELEASE = '6.1.0-1-amd64'

const MANIFEST: Manifest = {
  schema: MANIFEST_SCHEMA,
  name: 'fix',
  kernel: { release: RELEASE, packageVersion: '6.1.1-1', arch: 'amd64', buildId: BUILD_ID },
  replace: true,
  module: { file: 'fix.ko', sha256: SHA256, sizeBytes: 4096 },
  objects: [{ name: 'vmlinux', functions: [{ name: 'check', sympos: 0, oldSizeBytes: 6, newSizeBytes: 7, unit: 'a.c' }] }],
  changes: [],
  added: [],
  removed: [],
  callbacks: [],
  data: [],
  states: [],
  forced: [],
  ignored: [],
  fixes: { cves: ['CVE-2026-12345'], bugs: [] },
  notes: [],
  inputs: { patches: [], packages: [], tools: [], kmend: '0.1.0' },
}

/** The notes section of a kernel, with its build-id. */
function notes(buildId: string): Uint8Array {
  const bytes = Buffer.alloc(16 + 20)
  bytes.writeUInt32LE(4, 0)
  bytes.writeUInt32LE(20, 4)
  bytes.writeUInt32LE(3, 8)
  bytes.write('GNU\0', 12, 'latin1')
  bytes.write(buildId, 16, 'hex')
  return new Uint8Array(bytes)
}

/** A host on which the live patch is loaded; what differs is given. */
function host(
  change: { readonly files?: Record<string, string>; readonly buildId?: string; readonly uid?: number; readonly noPackage?: true } = {},
) {
  const record = beginTrial(
    EMPTY_RECORD,
    { name: 'fix', version: 2, release: RELEASE, buildId: BUILD_ID, sha256: SHA256, fileSha256: SHA256, sinceMs: 0, package: null },
    { bootId: 'b', uptimeMs: 0, logStart: 0 },
  )
  const files: Record<string, string> = {
    '/proc/sys/kernel/osrelease': RELEASE,
    '/proc/sys/kernel/hostname': 'web1',
    '/sys/kernel/livepatch/fix/enabled': '1',
    '/sys/kernel/livepatch/fix/transition': '0',
    '/sys/kernel/livepatch/fix/vmlinux/patched': '1',
    '/sys/kernel/livepatch/fix/vmlinux/check,1/x': '',
    '/var/lib/kmend/host.json': formatRecord(record),
    [`/var/lib/kmend/patches/${RELEASE}/fix/manifest.json`]: formatManifest(MANIFEST),
    ...change.files,
  }
  const below = (folder: string) =>
    new Set(
      Object.keys(files).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).replace(/\/.*/, '')] : [])),
    )
  const ports = {
    system: {
      uptimeMs: () => 0,
      read: (path: string) => files[path],
      readBytes: (path: string) => (path === '/sys/kernel/notes' ? notes(change.buildId ?? BUILD_ID) : undefined),
      names: (folder: string) => [...below(folder)],
    },
    files: {
      exists: (path: string) => Promise.resolve(path in files),
      readText: (path: string) => Promise.resolve(files[path] ?? ''),
      readBytes: (path: string) => Promise.resolve(new TextEncoder().encode(files[path])),
    },
    seal: (payloadType: string, payload: string) => Promise.resolve({ payloadType, payload, signatures: [] }),
    actor: { uid: change.uid ?? 0 },
    packageOf: () =>
      Promise.resolve(
        change.noPackage === true ? undefined : { vendor: 'debian', name: `linux-image-${RELEASE}`, version: '6.1.1-1', arch: 'amd64' },
      ),
    digest: (text: string | Uint8Array) => createHash('sha256').update(text).digest('hex'),
    nowMs: () => 0,
  }
  return ports as unknown as HostPorts
}

const state = (ports: HostPorts) => stateFixes({ author: undefined, tooling: 'kmend' }, ports)

test('a live patch in force fixes what its manifest names, for the package of the running kernel', async () => {
  const document = await state(host())
  expect(document?.statements).toMatchObject([
    {
      vulnerability: { name: 'CVE-2026-12345' },
      status: 'fixed',
      products: [{ '@id': `pkg:deb/debian/linux-image-${RELEASE}@6.1.1-1?arch=amd64` }],
    },
  ])
  expect(document?.author).toBe('kmend on web1')
})

test.each([
  ['in transition', { files: { '/sys/kernel/livepatch/fix/transition': '1' } }],
  ['disabled', { files: { '/sys/kernel/livepatch/fix/enabled': '0' } }],
  ['not of all that it promises', { files: { '/sys/kernel/livepatch/fix/vmlinux/other,1/x': '' } }],
  ['for another build', { buildId: 'cd'.repeat(20) }],
  [
    'of another module than its manifest',
    {
      files: {
        [`/var/lib/kmend/patches/${RELEASE}/fix/manifest.json`]: formatManifest({
          ...MANIFEST,
          module: { ...MANIFEST.module, sha256: '1'.repeat(64) },
        }),
      },
    },
  ],
  ['not ours', { files: { '/var/lib/kmend/host.json': formatRecord(EMPTY_RECORD) } }],
])('one that is %s fixes nothing', async (_, change) => {
  expect(await state(host(change))).toBe(undefined)
})

test('signed, it is a statement about the image of the running kernel', async () => {
  const image = { files: { [`/boot/vmlinuz-${RELEASE}`]: 'MZ' } }
  const sealed = await signFixes({ author: undefined, tooling: 'kmend' }, 'key.pem', host(image))
  expect(sealed?.payloadType).toBe('application/vnd.in-toto+json')
  expect(JSON.parse(sealed?.payload ?? '')).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      {
        name: `pkg:deb/debian/linux-image-${RELEASE}@6.1.1-1?arch=amd64`,
        digest: { sha256: createHash('sha256').update('MZ').digest('hex') },
      },
    ],
    predicateType: 'https://openvex.dev/ns',
    predicate: await state(host()),
  })
})

test('without the right to look, or a package, it says so', async () => {
  await expect(state(host({ uid: 1000 }))).rejects.toMatchObject({ code: 'host/not-root' })
  await expect(state(host({ noPackage: true }))).rejects.toMatchObject({ code: 'host/no-package' })
})
