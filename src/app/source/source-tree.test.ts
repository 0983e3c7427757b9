import { expect, test } from 'vitest'
import type { Package } from '../../core/kernel/mod.ts'
import { changedFiles } from './changed-files.ts'
import type { SourcePorts } from './ports.ts'
import { openSource, sourceVersions } from './source-tree.ts'

const offer = (version: string): Package => ({ name: 'linux-source-6.1', version, depends: [], sizeBytes: 1, sha256: `sha-${version}` })

/** Files that are a map, an archive with two versions, and a count of what was done. */
function makeWorld(files = new Map<string, string>()) {
  const done: string[] = []
  const ports = {
    home: '/cache',
    progress: () => {},
    archive: {
      list: () => Promise.resolve([offer('6.1.9-1'), offer('6.1.10-1'), { ...offer('6.12.1-1'), name: 'linux-source-6.12' }]),
      fetch: ([entry]: readonly Package[]) => Promise.resolve(new Map([[entry?.name, `/debs/${entry?.version}`]])),
    },
    files: {
      exists: (path: string) => Promise.resolve(files.has(path)),
      readText: (path: string) => Promise.resolve(files.get(path) ?? ''),
      write: (path: string, content: string) => Promise.resolve(void files.set(path, content)),
      remove: () => Promise.resolve(),
    },
    unpack: { source: (deb: string) => Promise.resolve(void done.push(`unpack ${deb}`)) },
    changelog: (deb: string) => Promise.resolve(`changelog of ${deb}`),
    digestTree: (tree: string) => {
      done.push(`read ${tree}`)
      return Promise.resolve(new Map([['Makefile', tree]]))
    },
    withLock: <T>(_: string, act: () => Promise<T>) => act(),
  } as unknown as SourcePorts
  return { files, ports, done }
}

test('a version is unpacked once, and its list of files is made once', async () => {
  const { ports, done } = makeWorld()
  for (const _ of [1, 2]) {
    const older = await openSource('6.1.9-1', '6.1', ports)
    const newer = await openSource('6.1.10-1', '6.1', ports)
    expect(newer).toMatchObject({ path: '/cache/sources/linux-source-6.1_6.1.10-1/tree', changelog: 'changelog of /debs/6.1.10-1' })
    expect(await changedFiles(older, newer, ports)).toEqual([{ path: 'Makefile', kind: 'modified' }])
  }
  expect(done.map((act) => act.split(' ')[0])).toEqual(['unpack', 'unpack', 'read', 'read'])
})

test('a version whose unpacking was interrupted is unpacked again', async () => {
  const { ports, done, files } = makeWorld()
  await openSource('6.1.9-1', '6.1', ports)
  files.delete('/cache/sources/linux-source-6.1_6.1.9-1/stamp')
  await openSource('6.1.9-1', '6.1', ports)
  expect(done).toEqual(['unpack /debs/6.1.9-1', 'unpack /debs/6.1.9-1'])
})

test('a version that is not on offer is refused with those that are, in their order', async () => {
  const { ports } = makeWorld()
  await expect(openSource('6.1.11-1', '6.1', ports)).rejects.toMatchObject({
    code: 'kernel/not-offered',
    try: 'it offers 6.1.9-1, 6.1.10-1; a folder can be given instead',
  })
  expect(await sourceVersions('6.1', ports)).toEqual(['6.1.9-1', '6.1.10-1'])
})

test('what has a slash in it is a folder, and must be kernel source', async () => {
  const makefile = 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 10\n'
  const { ports } = makeWorld(
    new Map([
      ['./new/Makefile', makefile],
      ['./new/Kbuild', ''],
    ]),
  )
  expect(await openSource('./new/', '6.1', ports)).toMatchObject({ version: undefined, stable: '6.1.10', path: './new' })
  await expect(openSource('./other', '6.1', ports)).rejects.toMatchObject({ code: 'io/missing' })
})
