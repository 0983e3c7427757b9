import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ROOT } from './project.ts'

/** Runs a line of shell after the table of needs. */
function askNeeds(line: string): string {
  return spawnSync('sh', ['-c', `. "$0/launch/needs.sh"; ${line}`, ROOT], { encoding: 'utf8' }).stdout.trim()
}

describe('what a command needs', () => {
  test.each([
    ['kernel list', ['xz'], ['gcc-12', 'qemu-system-x86_64']],
    ['kernel add 6.1.0-1-cloud-amd64', ['xz', 'gcc-12', 'make'], ['qemu-system-x86_64']],
    ['--json build fix.patch', ['gcc-12', 'make'], ['qemu-system-x86_64']],
    ['prove out', ['qemu-system-x86_64', 'busybox-static'], ['gcc-12']],
    ['demo', ['gcc-12', 'qemu-system-x86_64'], ['dpkg-deb']],
    ['demo repo', ['gcc-12', 'qemu-system-x86_64', 'dpkg-deb'], []],
  ])('%s', (command, needs, others) => {
    const found = askNeeds(`needs_of_kmend ${command}`).split(' ')
    expect(needs.filter((need) => !found.includes(need))).toEqual([])
    expect(others.filter((need) => found.includes(need))).toEqual([])
  })

  test('is nothing to show help', () => {
    expect(askNeeds('needs_of_kmend; needs_of_kmend --help; needs_of_kmend demo --help; needs_of_dev; needs_of_dev --help')).toBe('')
  })

  test('is in a package that is named for it', () => {
    const packages = askNeeds('for need in $(needs_of_all; needs_of_kmend demo; needs_of_dev test); do package_of "$need"; done').split(
      '\n',
    )
    expect(packages.filter((name) => !/^[a-z0-9][a-z0-9.+-]+$/.test(name))).toEqual([])
  })
})

describe('a machine that has only a shell', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kmend-launch-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  // A checkout without packages, and a PATH with what every system has: no package manager, no Node.
  for (const path of ['kmend', 'dev', 'launch', 'package.json', 'package-lock.json'])
    cpSync(join(ROOT, path), join(folder, path), { recursive: true })
  for (const tool of ['sh', 'dirname', 'readlink', 'cmp', 'uname', 'id', 'sort', 'tr', 'sed']) {
    const home = ['/usr/bin', '/bin'].find((bin) => existsSync(join(bin, tool)))
    symlinkSync(join(home ?? '/bin', tool), join(folder, tool))
  }

  test('is told what is missing, all at once, and how to get it', () => {
    const { status, stderr } = spawnSync(join(folder, 'kmend'), ['build', 'fix.patch'], { env: { PATH: folder }, encoding: 'utf8' })
    expect(stderr).toMatch(/^error\[tool\/missing\]: Cannot find: node npm .*\n {2}try: install them with .*: .*\bgcc-12\b.*\bnpm\b/)
    expect(status).toBe(6)
  })
})
