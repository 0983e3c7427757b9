import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PackageRepositories, makePackageRepositories } from '../kit/package-repositories.ts'

/** Live patches as packages of an apt repository, read by the apt of this machine. */

const [OLD, NEW] = ['6.1.0-54-cloud-amd64', '6.1.0-56-cloud-amd64']

let repositories: PackageRepositories
beforeAll(async () => {
  repositories = makePackageRepositories()
  await repositories.publish([
    { name: 'initial_54', release: OLD, kind: 'initial' },
    { name: 'fix_54', release: OLD, version: 2, cves: ['CVE-2026-1000'] },
  ])
  await repositories.publish([{ name: 'initial_56', release: NEW, kind: 'initial' }])
})
afterAll(() => repositories.remove())

/** apt with a root of its own, and the repository as its only source. */
function readByApt(signedBy: string, ...query: readonly string[]): string {
  const root = mkdtempSync(join(repositories.folder, 'root-'))
  for (const path of ['etc/apt/preferences.d', 'state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(root, path), { recursive: true })
  writeFileSync(join(root, 'sources.list'), `deb [signed-by=${signedBy}] file:${repositories.apt} stable main\n`)
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
    ...set('APT::Install-Recommends', 'true'),
  ]
  const options = { encoding: 'utf8', stdio: 'pipe' } as const
  execFileSync('apt-get', [...settings, '--error-on=any', 'update'], options)
  return execFileSync('apt-get', [...settings, ...query], options)
}

test('apt takes the repository by its signature, and the meta-package brings the newest live patch for every kernel of the pool', () => {
  const planned = readByApt(repositories.ring, '--simulate', 'install', 'kmend-livepatch-cloud-amd64')
  expect(planned.match(/^Inst \S+ \(\S+/gm)?.toSorted()).toEqual([
    `Inst kmend-initial-${OLD} (1`,
    `Inst kmend-initial-${NEW} (1`,
    'Inst kmend-livepatch-cloud-amd64 (6.1.0.56.4',
    `Inst kmend-patch-${OLD} (2`,
  ])
})

test('a live patch asks for the initial one of its kernel', () => {
  const planned = readByApt(repositories.ring, '--simulate', 'install', `kmend-patch-${OLD}`)
  expect(planned.match(/^Conf \S+/gm)).toEqual([`Conf kmend-initial-${OLD}`, `Conf kmend-patch-${OLD}`])
})

test('signed by another key, apt refuses it', () => {
  const other = repositories.makeKey('other@example.org')
  expect(() => readByApt(other, '--simulate', 'install', 'kmend-livepatch-cloud-amd64')).toThrow(/NO_PUBKEY|not signed/)
})

test('where the new index cannot be signed, the one from before stays', async () => {
  const files = ['apt/dists/stable/InRelease', 'rpm/repodata/repomd.xml.asc'].map((file) => join(repositories.folder, file))
  const before = files.map((file) => readFileSync(file, 'utf8'))
  const wish = { name: 'initial_54', release: OLD, kind: 'initial' } as const
  await expect(repositories.publish([wish], 'nobody@example.org')).rejects.toMatchObject({ code: 'tool/failed' })
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before)
  expect(readByApt(repositories.ring, '--simulate', 'install', `kmend-patch-${OLD}`)).toContain(`Inst kmend-patch-${OLD}`)
})

test('without a live patch what is there is signed anew, and nothing is packed', async () => {
  const index = join(repositories.apt, 'dists/stable/InRelease')
  const before = readFileSync(index, 'utf8')
  expect(await repositories.publish([])).toEqual([])
  const hashes = (text: string) => text.match(/^ [0-9a-f]{64} .*$/gm)
  expect(hashes(readFileSync(index, 'utf8'))).toEqual(hashes(before))
  expect(readFileSync(index, 'utf8')).not.toBe(before)
})

test('apt is told until when the index is good', () => {
  const index = readFileSync(join(repositories.apt, 'dists/stable/InRelease'), 'utf8')
  const timeOf = (field: string) => Date.parse(new RegExp(`^${field}: (.*)$`, 'm').exec(index)?.[1] ?? '')
  expect(timeOf('Valid-Until') - timeOf('Date')).toBe(30 * 24 * 3600 * 1000)
})
