import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishPackages } from '../../src/app/package/mod.ts'
import { makeRepositoryPorts } from '../../src/bin/ports/package-ports.ts'
import { signRpm } from '../../src/io/rpm-repository.ts'
import { type BundleWish, makeBundle } from './bundle-specimen.ts'

/** An apt and an rpm-md repository of live patches in a folder of their own, and the key that signs them. */
export interface PackageRepositories {
  readonly folder: string
  readonly apt: string
  readonly rpm: string
  /** The public key, as hosts get it. */
  readonly ring: string
  /** Adds bundles in one call of the story; returns the names of the files that it packed. */
  readonly publish: (wishes: readonly BundleWish[], key?: string) => Promise<string[]>
  readonly makeKey: (name: string) => string
  /** An rpm that comes from elsewhere. */
  readonly sign: (path: string) => Promise<void>
  readonly remove: () => void
}

const EPOCH = 1_790_000_000
const KEY = 'packages@example.org'

export function makePackageRepositories(): PackageRepositories {
  const folder = mkdtempSync(join(tmpdir(), 'kmend-packages-'))
  const [apt, rpm] = [join(folder, 'apt'), join(folder, 'rpm')]
  process.env['GNUPGHOME'] = join(folder, 'gnupg')
  mkdirSync(join(folder, 'gnupg'), { mode: 0o700 })
  const makeKey = (name: string) => {
    const ring = join(folder, `${name}.asc`)
    execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', name, 'ed25519', 'sign', 'never'])
    execFileSync('gpg', ['--armor', '--output', ring, '--export', name])
    return ring
  }
  return {
    ...{ folder, apt, rpm, makeKey, ring: makeKey(KEY) },
    async publish(wishes, key = KEY) {
      const patches = wishes.map((wish) => {
        const path = join(folder, `${wish.name}.kmend`)
        writeFileSync(path, makeBundle(wish).bytes)
        return path
      })
      const repositories = [
        { format: 'deb' as const, folder: apt },
        { format: 'rpm' as const, folder: rpm },
      ]
      const built = await publishPackages(
        { patches, repositories, epoch: EPOCH, agent: '0.1.0' },
        makeRepositoryPorts({ suite: 'stable', key, validDays: 30 }),
      )
      return built.map((path) => path.replace(/.*\//, ''))
    },
    sign: (path) => signRpm(path, KEY),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
