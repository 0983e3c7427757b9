import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildRpm } from '../../src/io/build-rpm.ts'
import { type PackageRepositories, makePackageRepositories } from '../kit/package-repositories.ts'

/** Live patches as packages of an rpm-md repository, read by the tools that hosts read it with, in roots of their own. */

const [OLD, NEW] = ['6.1.0-54-cloud-amd64', '6.1.0-56-cloud-amd64']
const PATCH = 'kernel-livepatch-6_1_0-54-cloud-amd64'

let repositories: PackageRepositories
beforeAll(async () => {
  repositories = makePackageRepositories()
  await layAgent(join(repositories.rpm, 'packages'))
  await repositories.publish([
    { name: 'initial_54', release: OLD, kind: 'initial' },
    { name: 'fix_54', release: OLD, version: 2, cves: ['CVE-2026-1000'] },
  ])
  await repositories.publish([
    { name: 'more_54', release: OLD, version: 3, cves: ['CVE-2026-1000', 'CVE-2026-1001'] },
    { name: 'initial_56', release: NEW, kind: 'initial' },
  ])
})
afterAll(() => repositories.remove())

const ABOUT = { version: '0.1.0', summary: 'x', description: ['x'], licence: 'GPL-2.0-only', depends: [], recommends: [], scripts: {} }

/** In its place, as the guide has it; what is in it nobody asks for here. */
async function layAgent(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const path = await buildRpm({ ...ABOUT, name: 'kmend-agent', tree: { files: [], folders: [] } }, { folder, ...QUICK })
  await repositories.sign(path)
}

const QUICK = { epoch: 1_790_000_000, isQuick: true }

interface Said {
  readonly status: number | null
  readonly said: string
}

interface Host {
  readonly root: string
  readonly ask: (...args: readonly string[]) => Said
}

function run(command: string, args: readonly string[]): Said {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}` }
}

const AGENT = ['kmend-agent-0.1.0']
const SECOND = [...AGENT, 'kernel-initial-livepatch-6_1_0-54-cloud-amd64-1', `${PATCH}-2`]

/** A root of its own, which has a shell and these packages as far as its package manager knows. */
async function makeRoot(installed: readonly string[]): Promise<string> {
  const root = mkdtempSync(join(repositories.folder, 'root-'))
  const shell = await buildRpm(
    { ...ABOUT, name: 'sh', tree: { files: [{ path: '/bin/sh', content: '' }], folders: [] } },
    { folder: root, ...QUICK },
  )
  const files = installed.map((name) => join(repositories.rpm, `packages/${name}-1.x86_64.rpm`))
  execFileSync('rpm', ['--root', root, '--install', '--justdb', '--noscripts', '--nosignature', shell, ...files], { stdio: 'pipe' })
  return root
}

/** What the guide tells hosts to write. */
function repoFile(key: string): string {
  const fields = ['name=kmend', `baseurl=file://${repositories.rpm}`, `gpgkey=file://${key}`, 'gpgcheck=1', 'repo_gpgcheck=1']
  return ['[kmend]', ...fields, 'enabled=1', 'skip_if_unavailable=0', ''].join('\n')
}

async function makeDnf({ key = repositories.ring, installed = SECOND } = {}): Promise<Host> {
  const root = await makeRoot(installed)
  mkdirSync(join(root, 'repos'))
  writeFileSync(join(root, 'repos/kmend.repo'), repoFile(key))
  const settings = [`--installroot=${root}`, `--setopt=reposdir=${root}/repos`, `--setopt=cachedir=${root}/cache`, '--releasever=1']
  return { root, ask: (...args) => run('dnf', ['--quiet', '--assumeyes', '--noplugins', ...settings, ...args]) }
}

async function makeZypper({ key = repositories.ring, installed = SECOND } = {}): Promise<Host> {
  const root = await makeRoot(installed)
  mkdirSync(join(root, 'etc/zypp/repos.d'), { recursive: true })
  writeFileSync(join(root, 'etc/zypp/repos.d/kmend.repo'), repoFile(key))
  return { root, ask: (...args) => run('zypper', ['--root', root, '--non-interactive', '--quiet', '--no-color', ...args]) }
}

const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => basename(path))
const lines = ({ said }: Said) => said.trim().split('\n').toSorted()

test('dnf finds every package', async () => {
  const { ask } = await makeDnf()
  ask('makecache')
  expect(lines(ask('repoquery'))).toEqual([
    'kernel-initial-livepatch-6_1_0-54-cloud-amd64-0:1-1.x86_64',
    'kernel-initial-livepatch-6_1_0-56-cloud-amd64-0:1-1.x86_64',
    'kernel-livepatch-6_1_0-54-cloud-amd64-0:2-1.x86_64',
    'kernel-livepatch-6_1_0-54-cloud-amd64-0:3-1.x86_64',
    'kmend-agent-0:0.1.0-1.x86_64',
    'kmend-livepatch-cloud-amd64-0:6.1.0.54.3-1.x86_64',
    'kmend-livepatch-cloud-amd64-0:6.1.0.56.5-1.x86_64',
  ])
})

test('dnf knows what an upgrade fixes, and takes what fixes a CVE', async () => {
  const { root, ask } = await makeDnf()
  expect(ask('check-update')).toMatchObject({ status: 100, said: expect.stringMatching(`^\\n?${PATCH}\\.x86_64 +3-1 `) })
  expect(ask('updateinfo', 'list', '--cve', 'CVE-2026-1001').said).toMatch(
    new RegExp(`^kmend-6\\.1\\.0-54-cloud-amd64-3 \\S+ ${PATCH}-3-1\\.x86_64$`, 'm'),
  )
  expect(ask('upgrade', '--setopt=tsflags=noscripts', '--cve', 'CVE-2026-1001')).toMatchObject({ status: 0 })
  expect(run('rpm', ['--root', root, '-q', PATCH]).said).toBe(`${PATCH}-3-1.x86_64\n`)
  expect(filesBelow(join(root, `usr/lib/kmend/patches/${OLD}`))).toContain('more_54.ko')
})

test('dnf brings all that the meta-package asks for', async () => {
  const { root, ask } = await makeDnf({ installed: AGENT })
  expect(ask('install', '--setopt=tsflags=noscripts', 'kmend-livepatch-cloud-amd64')).toMatchObject({ status: 0 })
  const installed = lines(run('rpm', ['--root', root, '-qa', 'kernel-*livepatch-*', 'kmend-livepatch-*']))
  expect(installed).toEqual([
    'kernel-initial-livepatch-6_1_0-54-cloud-amd64-1-1.x86_64',
    'kernel-initial-livepatch-6_1_0-56-cloud-amd64-1-1.x86_64',
    `${PATCH}-3-1.x86_64`,
    'kmend-livepatch-cloud-amd64-6.1.0.56.5-1.x86_64',
  ])
})

test('dnf refuses it when it is signed by another key', async () => {
  const { ask } = await makeDnf({ key: repositories.makeKey('dnf@example.org') })
  expect(ask('repoquery')).toMatchObject({ status: 1, said: expect.stringMatching(/GPG|signature/i) })
})

test('zypper asks before it takes the key, and reads nothing without it', async () => {
  const { ask } = await makeZypper()
  expect(ask('refresh')).toMatchObject({
    status: 4,
    said: expect.stringMatching(/signed with an unknown key[^]*Signature verification failed/),
  })
  expect(ask('--gpg-auto-import-keys', 'refresh').status).toBe(0)
  expect(ask('refresh', '--force').status).toBe(0)
})

test('zypper knows what an update fixes, and takes what fixes a CVE', async () => {
  const { root, ask } = await makeZypper()
  ask('--gpg-auto-import-keys', 'refresh')
  expect(ask('list-updates').said).toMatch(new RegExp(`${PATCH} \\| 2-1 +\\| 3-1 `))
  expect(ask('list-patches').said).toMatch(/kmend-6\.1\.0-54-cloud-amd64-3 \| security .* needed /)
  expect(ask('list-patches', '--cve=CVE-2026-1001').said).toMatch(/CVE-2026-1001 \| kmend-6\.1\.0-54-cloud-amd64-3 /)
  expect(ask('patch', '--dry-run', '--cve=CVE-2026-1001')).toMatchObject({ status: 0, said: expect.stringContaining(PATCH) })
  expect(ask('update', '--download-only')).toMatchObject({ status: 0 })
  expect(filesBelow(join(root, 'var/cache/zypp/packages'))).toContain(`${PATCH}-3-1.x86_64.rpm`)
})

test('zypper brings all that the meta-package asks for', async () => {
  const { ask } = await makeZypper({ installed: AGENT })
  ask('--gpg-auto-import-keys', 'refresh')
  const planned = ask('install', '--dry-run', 'kmend-livepatch-cloud-amd64')
  expect(planned.status).toBe(0)
  for (const name of ['kernel-initial-livepatch-6_1_0-56-cloud-amd64', 'kmend-livepatch-cloud-amd64', PATCH])
    expect(planned.said).toContain(name)
})

test('zypper refuses it when it is signed by another key', async () => {
  const { ask } = await makeZypper({ key: repositories.makeKey('zypper@example.org') })
  expect(ask('--gpg-auto-import-keys', 'refresh')).toMatchObject({ status: 4, said: expect.stringMatching(/unknown key/) })
})

test('each rpm is signed, and without the key that is seen', () => {
  const file = join(repositories.rpm, 'packages/kernel-livepatch-6_1_0-54-cloud-amd64-2-1.x86_64.rpm')
  const root = mkdtempSync(join(repositories.folder, 'root-'))
  const rpmkeys = (...args: readonly string[]) => spawnSync('rpmkeys', ['--root', root, ...args], { encoding: 'utf8' })
  expect(rpmkeys('--checksig', file)).toMatchObject({ status: 1, stdout: expect.stringContaining('SIGNATURES NOT OK') })
  rpmkeys('--import', repositories.ring)
  expect(rpmkeys('--checksig', file)).toMatchObject({ status: 0, stdout: expect.stringContaining('digests signatures OK') })
})
