import { expect, test } from 'vitest'
import { parsePackageIndex, parseRelease } from '../../core/kernel/mod.ts'
import { cachedReleases, listKernels, openKernel } from './list.ts'
import type { KernelPorts } from './ports.ts'

const INDEX = 'Package: linux-image-6.1.0-54-cloud-amd64\nVersion: 6.1.190-1\nSHA256: x\n'

const ports = {
  home: '/cache',
  archive: { list: () => Promise.resolve(parsePackageIndex(INDEX)) },
  files: {
    names: () => Promise.resolve(['6.1.0-54-cloud-amd64', '6.1.0-53-cloud-amd64']),
    exists: (path: string) => Promise.resolve(path === '/cache/kernels/6.1.0-54-cloud-amd64/target.json'),
    readText: () => Promise.resolve('{"format":"other"}'),
  },
  machine: { running: () => '6.18.44', installed: () => Promise.resolve(['6.1.0-54-cloud-amd64']) },
} as unknown as KernelPorts

test('kernels on offer come first; one that is half in the cache is not in the cache', async () => {
  const { kernels } = await listKernels(ports)
  expect(kernels.map(({ release, isCached, isInstalled, isRunning }) => ({ release, isCached, isInstalled, isRunning }))).toEqual([
    { release: '6.1.0-54-cloud-amd64', isCached: true, isInstalled: true, isRunning: false },
    { release: '6.18.44', isCached: false, isInstalled: false, isRunning: true },
  ])
  expect(await cachedReleases(ports)).toEqual(['6.1.0-54-cloud-amd64'])
})

test('a kernel that is not in the cache, or in a format of another version, is a fault', async () => {
  await expect(openKernel(parseRelease('6.1.0-53-cloud-amd64'), ports)).rejects.toMatchObject({
    code: 'kernel/not-cached',
    try: 'kmend kernel add 6.1.0-53-cloud-amd64',
  })
  await expect(openKernel(parseRelease('6.1.0-54-cloud-amd64'), ports)).rejects.toMatchObject({ code: 'kernel/incomplete' })
})
