import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { VERSION } from '../../src/bin/version.ts'
import { agentPackage } from '../../workbench/package/agent-package.ts'
import { buildExecutable, type Executable } from '../../workbench/package/executable.ts'
import { buildRpm } from '../../src/io/build-rpm.ts'

/** The host's executable, as it is shipped. */

const folder = mkdtempSync(join(tmpdir(), 'kmend-executable-'))
let executable: Executable

beforeAll(async () => {
  executable = await buildExecutable(join(folder, 'one'))
})

afterAll(() => rmSync(folder, { recursive: true }))

test('it runs with no Node, no environment and no files of ours', () => {
  expect(execFileSync(executable.path, ['--version'], { cwd: '/', env: {}, encoding: 'utf8' }).trim()).toBe(VERSION)
  const { status, stdout } = spawnSync(executable.path, ['status', '--json'], { cwd: '/', env: {}, encoding: 'utf8' })
  expect(status).toBe(0)
  expect((JSON.parse(stdout) as { kernel: { release: string } }).kernel.release).not.toBe('')
})

test('it has none of what only a publisher needs', () => {
  const theirs = ['ae-cvss-calculator', 'packageurl-js', '@cyclonedx/cyclonedx-library', '@secvisogram/csaf-validator-lib', 'iced-x86']
  expect(executable.packages.filter((name) => theirs.includes(name))).toEqual([])
})

test('nothing in the environment changes what it runs', () => {
  const env = { NODE_OPTIONS: '--require /nonexistent.cjs', NODE_PATH: '/nonexistent', NODE_EXTRA_CA_CERTS: '/nonexistent' }
  expect(execFileSync(executable.path, ['--version'], { env, encoding: 'utf8' }).trim()).toBe(VERSION)
})

test('it is the same, byte for byte, when it is built again elsewhere', async () => {
  const again = await buildExecutable(join(folder, 'two'))
  const [one, two] = [executable, again].map(({ path }) => createHash('sha256').update(readFileSync(path)).digest('hex'))
  expect(two).toBe(one)
})

test('it is in an .rpm as in a .deb, whole and with its modes', async () => {
  const options = { epoch: 1_700_000_000, isQuick: true }
  const wanted = await agentPackage(executable, options.epoch, 'rpm')
  const rpm = await buildRpm(wanted, { ...options, folder })
  const listed = execFileSync('rpm', ['-qp', '--qf', '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILENAMES}\n]', rpm], { encoding: 'utf8' })
  expect(listed.split('\n')).toEqual(expect.arrayContaining(['-rwxr-xr-x root /usr/bin/kmend', 'drwx------ root /var/lib/kmend']))
  const [digest] =
    execFileSync('rpm', ['-qp', '--qf', '[%{FILEDIGESTS} %{FILENAMES}\n]', rpm], { encoding: 'utf8' }).match(/^\w+ \/usr\/bin\/kmend$/m) ??
    []
  expect(digest).toBe(`${createHash('sha256').update(readFileSync(executable.path)).digest('hex')} /usr/bin/kmend`)
  const first = createHash('sha256').update(readFileSync(rpm)).digest('hex')
  expect(
    createHash('sha256')
      .update(readFileSync(await buildRpm(wanted, { ...options, folder })))
      .digest('hex'),
  ).toBe(first)
})

test('it asks for no newer libraries than the package says', async () => {
  const asked = execFileSync('readelf', ['-V', '--wide', executable.path], { encoding: 'utf8' })
  const highest = (name: string): string =>
    [...asked.matchAll(new RegExp(`Name: ${name}_([0-9.]+)`, 'g'))]
      .map(([, version = '']) => version)
      .toSorted(byVersion)
      .at(-1) ?? ''
  // libstdc++6 of GCC 7 has CXXABI_1.3.11 and GLIBCXX_3.4.24.
  expect([highest('GLIBC'), highest('CXXABI'), byVersion(highest('GLIBCXX'), '3.4.24') <= 0]).toEqual(['2.28', '1.3.11', true])
  const { depends } = await agentPackage(executable, 0)
  expect(depends).toEqual(expect.arrayContaining(['libc6 (>= 2.28)', 'libstdc++6 (>= 7)', 'libgcc-s1', 'libatomic1']))
  const libraries = execFileSync('readelf', ['-d', '--wide', executable.path], { encoding: 'utf8' })
  expect([...libraries.matchAll(/Shared library: \[(.*?)\]/g)].map(([, name = '']) => name).toSorted()).toEqual([
    'ld-linux-x86-64.so.2',
    'libatomic.so.1',
    'libc.so.6',
    'libdl.so.2',
    'libgcc_s.so.1',
    'libm.so.6',
    'libpthread.so.0',
    'libstdc++.so.6',
  ])
})

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
