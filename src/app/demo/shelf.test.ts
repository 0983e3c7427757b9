import { expect, test } from 'vitest'
import { Fault } from '../../core/base/mod.ts'
import { type Package, parsePackageIndex, parseRelease } from '../../core/kernel/mod.ts'
import type { DemoMeans } from './ports.ts'
import { takeStock } from './shelf.ts'

const stanza = (name: string, version: string, depends = '') =>
  `Package: ${name}\nVersion: ${version}\nDepends: ${depends}\nSize: 10\nSHA256: ${name}-${version}\n`

/** A whole kernel on offer. */
function offer(abi: string, version: string): string[] {
  const flavour = `${abi}-cloud-amd64`
  return [
    stanza(`linux-image-${flavour}`, version),
    stanza(`linux-headers-${flavour}`, version, `linux-headers-${abi}-common (= ${version}), linux-kbuild-6.1 (>= ${version})`),
    stanza(`linux-headers-${abi}-common`, version),
    stanza('linux-kbuild-6.1', version),
    stanza('linux-source-6.1', version),
  ]
}

const ON_OFFER = parsePackageIndex([...offer('6.1.0-54', '6.1.190-1'), stanza('linux-source-6.1', '6.1.192-2')].join('\n'))
const unreachable = () => Promise.reject(new Fault('archive/unreachable', 'Cannot reach it'))

interface Here {
  readonly archive: () => Promise<Package[]>
  /** Release to package version. */
  readonly cached?: Readonly<Record<string, string>>
  readonly kept?: readonly string[]
}

function ports({ archive, cached = {}, kept = [] }: Here): DemoMeans {
  const target = (path: string) => /\/kernels\/([^/]+)\/target\.json$/.exec(path)?.[1] ?? ''
  const files = {
    names: async (folder: string) => (folder.endsWith('/kernels') ? Object.keys(cached) : [...kept]),
    exists: async (path: string) => target(path) in cached,
    readText: async (path: string) =>
      JSON.stringify({ format: 'kmend-kernel-1', release: target(path), packageVersion: cached[target(path)] }),
  }
  return { home: '/h', files, kernel: { archive: { list: archive } } } as unknown as DemoMeans
}

async function stock(here: Here, wanted?: string): Promise<{ kernels: string[]; sources: string[] }> {
  const shelf = await takeStock(wanted === undefined ? undefined : parseRelease(wanted), ports(here))
  return {
    kernels: shelf.kernels.map(({ release, version }) => `${release.release} ${version}`),
    sources: shelf.sources.map((source) => `${source.version}${shelf.packageOf(source) === undefined ? ' kept' : ''}`),
  }
}

const archive = () => Promise.resolve(ON_OFFER)

test('the demo chooses from what the archive offers', async () => {
  expect(await stock({ archive })).toEqual({ kernels: ['6.1.0-54-cloud-amd64 6.1.190-1'], sources: ['6.1.190-1', '6.1.192-2'] })
})

test('what an earlier run left counts too, once', async () => {
  const cached = { '6.1.0-53-cloud-amd64': '6.1.187-1', '6.1.0-54-cloud-amd64': '6.1.190-1', '6.12.117+deb12-cloud-amd64': '6.12.117-1' }
  const kept = ['6.1_6.1.192-1', '6.1_6.1.192-2', '6.1_6.1.192-3.part', 'own']
  expect(await stock({ archive, cached, kept })).toEqual({
    kernels: ['6.1.0-53-cloud-amd64 6.1.187-1', '6.1.0-54-cloud-amd64 6.1.190-1'],
    sources: ['6.1.190-1', '6.1.192-2', '6.1.192-1 kept'],
  })
})

test('without the archive it has to do', async () => {
  const cached = { '6.1.0-54-cloud-amd64': '6.1.190-1' }
  expect(await stock({ archive: unreachable, cached, kept: ['6.1_6.1.192-2'] })).toEqual({
    kernels: ['6.1.0-54-cloud-amd64 6.1.190-1'],
    sources: ['6.1.192-2 kept'],
  })
  await expect(stock({ archive: unreachable })).rejects.toThrow('Cannot reach it')
})

test('a kernel that is asked for by name may be of any line, and must be there', async () => {
  const cached = { '6.12.117+deb12-cloud-amd64': '6.12.117-1' }
  expect((await stock({ archive, cached }, '6.12.117+deb12-cloud-amd64')).kernels).toEqual(['6.12.117+deb12-cloud-amd64 6.12.117-1'])
  await expect(stock({ archive }, '6.1.0-99-cloud-amd64')).rejects.toThrow(/neither archive nor cache has 6.1.0-99-cloud-amd64 whole/)
})
