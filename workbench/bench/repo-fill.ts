import { mkdir, rm, writeFile } from 'node:fs/promises'
import { type RepoPorts, initRepository, promoteBundle, publishBundles, refreshRepository } from '../../src/app/repo/mod.ts'
import { makeRepoPorts } from '../../src/bin/ports/repo-ports.ts'
import { makeBundle } from '../../test/kit/bundle-specimen.ts'

/** A publisher whose writes are counted. */
export interface BenchPublisher {
  readonly folder: string
  readonly fingerprint: string
  readonly written: Written
  readonly ports: RepoPorts
}

export interface Written {
  files: number
  bytes: number
}

export const TIERS = ['canary', 'stable'] as const

/** With all keys in place, so that no act waits. */
export async function makePublisher(folder: string): Promise<BenchPublisher> {
  const written = { files: 0, bytes: 0 }
  const real = makeRepoPorts(() => Promise.resolve(true))
  const count = (bytes: number) => {
    written.files++
    written.bytes += bytes
  }
  const ports: RepoPorts = {
    ...real,
    openStore(...place) {
      const store = real.openStore(...place)
      return {
        ...store,
        async put(path, content) {
          count(content.length)
          await store.put(path, content)
        },
        async putFile(path, from) {
          await store.putFile(path, from)
          count((await store.size(path)) ?? 0)
        },
        async share(from, to) {
          count(0)
          await store.share(from, to)
        },
      }
    },
  }
  const { fingerprint } = await initRepository({ folder, name: 'example.org/bench', tiers: TIERS }, ports)
  return { folder, fingerprint: fingerprint ?? '', written, ports }
}

export function releaseOf(kernel: number): string {
  return `6.1.0-${kernel + 1}-cloud-amd64`
}

export function bundleName(version: number): string {
  return `kmend_bench_${version}`
}

/** Publishes specimens of these versions for a kernel in one act, up to a tier. */
export async function publishVersions(
  { folder, ports }: BenchPublisher,
  { kernel, versions, tier }: { readonly kernel: number; readonly versions: readonly number[]; readonly tier: string },
): Promise<void> {
  const place = `${folder}-bundles`
  await mkdir(place, { recursive: true })
  const bundles = versions.map((version) => `${place}/${bundleName(version)}.kmend`)
  for (const [at, version] of versions.entries()) {
    const { bytes } = makeBundle({ name: bundleName(version), version, release: releaseOf(kernel) })
    await writeFile(bundles[at] ?? '', bytes)
  }
  expectPublished(await publishBundles(folder, { bundles, tier }, ports))
  await rm(place, { recursive: true })
}

/** With the kernel named, or whichever kernels have it. */
export async function promote({ folder, ports }: BenchPublisher, version: number, kernel: number | undefined): Promise<void> {
  const release = kernel === undefined ? undefined : releaseOf(kernel)
  expectPublished(await promoteBundle(folder, { name: bundleName(version), tier: 'stable', release }, ports))
}

export async function refresh({ folder, ports }: BenchPublisher): Promise<void> {
  await refreshRepository(folder, ports)
}

function expectPublished({ kind }: { readonly kind: string }): void {
  if (kind !== 'published') throw new Error(`Cannot measure: the act is ${kind}, not published`)
}
