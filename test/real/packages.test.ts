import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { publishPackages } from '../../src/app/package/mod.ts'
import { makeRepositoryPorts } from '../../src/bin/ports/package-ports.ts'

/** Live patches as packages of repositories, read by the tools that hosts read them with. */

const folder = mkdtempSync(join(tmpdir(), 'kmend-packages-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const RELEASES = { '6.1.0-54-cloud-amd64': '6.1.190-1', '6.1.0-56-cloud-amd64': '6.1.192-1' }
const EPOCH = 1_790_000_000
const KEY = 'packages@example.org'

/** The output folder of a build. */
function patchFor(release: string, packageVersion: string): string {
  const path = join(folder, release)
  mkdirSync(path)
  const kernel = { release, packageVersion, arch: 'amd64', buildId: 'ab' }
  const module = { file: 'kmend_fix.ko', sha256: '00', sizeBytes: 4 }
  const manifest = { schema: 'kmend/manifest/1', name: 'kmend_fix', version: 2, kernel, module, objects: [], fixes: { cves: [], bugs: [] } }
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(path, 'kmend_fix.ko'), 'ELF!')
  return path
}

const [apt, rpm, ring] = [join(folder, 'apt'), join(folder, 'rpm'), join(folder, 'ring.asc')]

beforeAll(async () => {
  process.env['GNUPGHOME'] = join(folder, 'gnupg')
  mkdirSync(join(folder, 'gnupg'), { mode: 0o700 })
  execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', KEY, 'ed25519', 'sign', 'never'])
  execFileSync('gpg', ['--armor', '--output', ring, '--export', KEY])
  const patches = Object.entries(RELEASES).map(([release, version]) => patchFor(release, version))
  const repositories = [
    { format: 'deb' as const, folder: apt },
    { format: 'rpm' as const, folder: rpm },
  ]
  await publishPackages({ patches, repositories, epoch: EPOCH, agent: '0.1.0' }, makeRepositoryPorts({ suite: 'stable', key: KEY }))
})

/** apt with a root of its own, and the repository as its only source. */
function readByApt(signedBy: string, ...query: readonly string[]): string {
  const root = mkdtempSync(join(folder, 'root-'))
  for (const path of ['etc/apt/preferences.d', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, 'sources.list'), `deb [signed-by=${signedBy}] file:${apt} stable main\n`)
  writeFileSync(
    join(root, 'status'),
    'Package: kmend-agent\nStatus: install ok installed\nArchitecture: amd64\nMaintainer: x\nVersion: 0.1.0\nDescription: x\n',
  )
  const set = (name: string, value: string) => ['-o', `${name}=${value}`]
  const settings = [
    ...set('Dir::Etc::sourcelist', join(root, 'sources.list')),
    ...set('Dir::Etc::sourceparts', '-'),
    ...set('Dir::State', join(root, 'state')),
    ...set('Dir::State::status', join(root, 'status')),
    ...set('Dir::Cache', join(root, 'cache')),
    ...set('APT::Sandbox::User', 'root'),
    ...set('APT::Architecture', 'amd64'),
  ]
  const options = { encoding: 'utf8', stdio: 'pipe' } as const
  execFileSync('apt-get', [...settings, '--error-on=any', 'update'], options)
  return execFileSync('apt-get', [...settings, ...query], options)
}

test('apt takes the repository by its signature, and the meta-package brings the live patch for the newest kernel', () => {
  const planned = readByApt(ring, '--simulate', 'install', 'kmend-livepatch-cloud-amd64')
  expect(planned.match(/^Inst \S+/gm)).toEqual(['Inst kmend-patch-6.1.0-56-cloud-amd64', 'Inst kmend-livepatch-cloud-amd64'])
})

test('live patches for two kernels are installed side by side', () => {
  const planned = readByApt(ring, '--simulate', 'install', ...Object.keys(RELEASES).map((release) => `kmend-patch-${release}`))
  expect(planned).toMatch(/2 newly installed, 0 to remove/)
})

test('signed by another key, apt refuses it', () => {
  const other = join(folder, 'other.asc')
  execFileSync('gpg', ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', 'other@example.org', 'ed25519', 'sign', 'never'])
  execFileSync('gpg', ['--armor', '--output', other, '--export', 'other@example.org'])
  expect(() => readByApt(other, '--simulate', 'install', 'kmend-livepatch-cloud-amd64')).toThrow(/NO_PUBKEY|not signed/)
})

test('the index of rpm packages names all of them, and is signed', () => {
  const listed = execFileSync('sh', ['-c', 'zcat repodata/*-primary.xml.gz; gpg --verify repodata/repomd.xml.asc repodata/repomd.xml'], {
    cwd: rpm,
    encoding: 'utf8',
    stdio: 'pipe',
  })
  const names = [...listed.matchAll(/<name>(.*?)<\/name>/g)].map(([, name = '']) => name)
  expect(names.toSorted()).toEqual(['kmend-livepatch-cloud-amd64', 'kmend-patch-6.1.0-54-cloud-amd64', 'kmend-patch-6.1.0-56-cloud-amd64'])
})
