import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { agentPackage } from '../../workbench/package/agent-package.ts'
import { patchScripts } from '../../src/app/package/mod.ts'
import { makePackagePorts } from '../../src/bin/ports/package-ports.ts'
import type { Package } from '../../src/core/package/mod.ts'
import { buildDeb } from '../../src/io/build-deb.ts'
import { packPatch } from '../../workbench/package/command.ts'
import { makeBundle } from '../kit/bundle-specimen.ts'
import { cannotRun } from '../kit/cannot-run.ts'

const EPOCH = 1_700_000_000
const folder = mkdtempSync(join(tmpdir(), 'kmend-packages-'))
afterAll(() => rmSync(folder, { recursive: true }))

const RELEASE = '6.1.0-1-cloud-amd64'
const MANIFEST = makeBundle({ version: 3, cves: ['CVE-2026-1'] }).manifest

/** The output folder of a build. */
function specimen(name: string, manifest: object = MANIFEST): string {
  const path = join(folder, name)
  mkdirSync(path)
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest))
  writeFileSync(join(path, 'kmend_fix.ko'), 'ELF!')
  return path
}

let agent: Package
let patch: Package
beforeAll(async () => {
  writeFileSync(join(folder, 'kmend'), 'an executable')
  agent = await agentPackage({ path: join(folder, 'kmend'), packages: ['commander'] }, EPOCH)
  patch = await packPatch(specimen('fix'), EPOCH, 'deb')
})

describe('a package', () => {
  test('has in it what its page says', (context) => {
    if (spawnSync('dpkg-deb', ['--version']).status !== 0) cannotRun(context, 'dpkg-deb is not here')
    return Promise.all(
      [agent, patch].map(async (one) => {
        const deb = await buildDeb(one, { folder, epoch: EPOCH, isQuick: true })
        const list = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' })
        const found = list.split('\n').map((line) => line.split(/\s+/))
        expect(
          found.flatMap(([mode, owner, , , , path]) => (mode?.startsWith('-') ? [`${mode} ${owner} ${path}`] : [])).toSorted(),
        ).toEqual(
          one.tree.files.map(({ path, mode = 0o644 }) => `-${mode === 0o755 ? 'rwxr-xr-x' : 'rw-r--r--'} root/root .${path}`).toSorted(),
        )
        expect(execFileSync('dpkg-deb', ['-f', deb, 'Package', 'Version', 'Architecture'], { encoding: 'utf8' })).toBe(
          `Package: ${one.name}\nVersion: ${one.version}\nArchitecture: amd64\n`,
        )
        expect(list).toContain(
          one === agent ? 'drwx------ root/root         0 2023-11-14 22:13 ./var/lib/kmend/' : `${RELEASE}/kmend_fix/kmend_fix.ko`,
        )
      }),
    )
  })

  test('is the same, byte for byte, when it is built again', async (context) => {
    if (spawnSync('dpkg-deb', ['--version']).status !== 0) cannotRun(context, 'dpkg-deb is not here')
    const digests: string[] = []
    for (const mask of [0o022, 0o077]) {
      const before = process.umask(mask)
      const deb = await buildDeb(agent, { folder, epoch: EPOCH, isQuick: true }).finally(() => process.umask(before))
      digests.push(createHash('sha256').update(readFileSync(deb)).digest('hex'))
    }
    expect(digests[0]).toBe(digests[1])
  })

  test('asks before it overwrites what the administrator edited', () => {
    expect(agent.tree.files.filter(({ isConfig }) => isConfig).map(({ path }) => path)).toEqual([
      '/etc/apt/apt.conf.d/01kmend',
      '/etc/kmend/kmend.toml',
    ])
    expect(agent.tree.files.filter(({ path, isConfig }) => path.startsWith('/etc/') && isConfig !== true)).toEqual([])
  })

  test('of a live patch is named for the kernel, and says what it fixes', () => {
    expect([patch.name, patch.version]).toEqual([`kmend-patch-${RELEASE}`, '3'])
    expect(patch.description.join(' ')).toContain('CVE-2026-1')
  })

  test.each([
    ['a file outside of its folder', { ...MANIFEST, module: { ...MANIFEST.module, file: '../../etc/passwd' } }],
    ['a release that is a command', { ...MANIFEST, kernel: { ...MANIFEST.kernel, release: '6.1 $(reboot)' } }],
  ])('is not made of a manifest that names %s', async (what, manifest) => {
    await expect(packPatch(specimen(what.replaceAll(' ', '-'), manifest), EPOCH, 'deb')).rejects.toThrow('Cannot')
  })
})

describe('the scripts of the packages', () => {
  test('are correct shell', async () => {
    const patchOfRpm = await patchScripts('rpm', { package: 'p', release: RELEASE, name: 'n', folder: '/f' }, makePackagePorts())
    const agentOfRpm = await agentPackage({ path: join(folder, 'kmend'), packages: [] }, EPOCH, 'rpm')
    const ofImages = ({ tree }: Package) =>
      tree.files.flatMap(({ path, content }) => (path.includes('/initramfs-tools/') && typeof content === 'string' ? [content] : []))
    expect(ofImages(agentOfRpm)).toEqual([])
    const scripts = [agent.scripts, patch.scripts, agentOfRpm.scripts, patchOfRpm, ofImages(agent)].flatMap((one) => Object.values(one))
    expect(scripts.length).toBe(12)
    for (const text of scripts) {
      expect(spawnSync('sh', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
      const checked = spawnSync('shellcheck', ['-'], { input: text, encoding: 'utf8' })
      expect(checked.error === undefined ? checked.stdout : '').toBe('')
    }
  })

  /** A PATH in which kmend ends with a code, another kernel may run, and what is called is written down. */
  function runScript(
    text: string,
    {
      word,
      running,
      exit,
      isBooted,
    }: { readonly word: string; readonly running: string; readonly exit: number; readonly isBooted: boolean },
  ) {
    const bin = mkdtempSync(join(folder, 'bin-'))
    const program = (name: string, body: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`)
      chmodSync(join(bin, name), 0o755)
    }
    program('uname', `echo ${running}`)
    program('kmend', `echo "kmend $*"; exit ${exit}`)
    const here = text.replaceAll('/run/systemd/system', isBooted ? bin : join(bin, 'absent')).replaceAll('/sys/kernel/livepatch', bin)
    mkdirSync(join(bin, 'kmend_fix'))
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-s', word], { input: here, env: { PATH: bin }, encoding: 'utf8' })
    return { status, stdout: stdout.trim(), stderr: stderr.trim() }
  }

  const APPLY = `kmend apply /usr/lib/kmend/patches/${RELEASE}/kmend_fix --package kmend-patch-${RELEASE}`
  const REMOVE = `kmend remove kmend_fix --reason its package kmend-patch-${RELEASE} is removed`

  test.each([
    [{ word: 'configure', running: RELEASE, exit: 0, isBooted: true }, APPLY, /^$/],
    [{ word: 'configure', running: RELEASE, exit: 3, isBooted: true }, APPLY, /^$/],
    [{ word: 'configure', running: RELEASE, exit: 8, isBooted: true }, APPLY, /not applied \(exit code 8\)/],
    [{ word: 'configure', running: RELEASE, exit: 9, isBooted: true }, APPLY, /did not end in time/],
    [{ word: 'configure', running: RELEASE, exit: 10, isBooted: true }, APPLY, /something else is under way/],
    [{ word: 'abort-remove', running: RELEASE, exit: 0, isBooted: true }, APPLY, /^$/],
    [{ word: 'triggered', running: RELEASE, exit: 0, isBooted: true }, '', /^$/],
    [
      { word: 'configure', running: '6.1.0-2-amd64', exit: 0, isBooted: true },
      '',
      /it is for the kernel 6\.1\.0-1-cloud-amd64, and 6\.1\.0-2-amd64 runs/,
    ],
    [{ word: 'configure', running: RELEASE, exit: 0, isBooted: false }, '', /no running system/],
  ])('installing, %o: dpkg goes on', (facts, called, said) => {
    const result = runScript(patch.scripts['postinst'] ?? '', facts)
    expect(result).toMatchObject({ status: 0, stdout: called })
    expect(result.stderr).toMatch(said)
  })

  test.each([
    [{ word: 'remove', running: RELEASE, exit: 0, isBooted: true }, REMOVE, /^$/],
    [{ word: 'remove', running: RELEASE, exit: 9, isBooted: true }, REMOVE, /stays in force until the next reboot/],
    [{ word: 'upgrade', running: RELEASE, exit: 0, isBooted: true }, '', /^$/],
    [{ word: 'remove', running: '6.1.0-2-amd64', exit: 0, isBooted: true }, '', /^$/],
  ])('removing, %o: dpkg goes on', (facts, called, said) => {
    const result = runScript(patch.scripts['prerm'] ?? '', facts)
    expect(result).toMatchObject({ status: 0, stdout: called })
    expect(result.stderr).toMatch(said)
  })
})
