import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { EMPTY_RECORD, DEFAULT_POLICY, formatPermit, parseEarly } from '../../src/core/host/mod.ts'
import { readProjectFile } from './project.ts'

/** The scripts around the initial RAM disk, run where the kernel's files and the programs that they call are made of what a test says. */

const home = mkdtempSync(join(tmpdir(), 'kmend-initramfs-'))
afterAll(() => rmSync(home, { recursive: true }))

const [BUILD, DIGEST, OTHER] = ['ab'.repeat(20), 'c1'.repeat(32), 'd2'.repeat(32)]
const BOOTED_S = 1_700_000_000

/** As the clean shutdown of a host leaves it, so many seconds before the boot, with one live patch that is accepted and one for another kernel. */
function permit(secondsBefore: number): string {
  const one = { name: 'fix', version: 1, release: 'r1', buildId: BUILD, sha256: DIGEST, fileSha256: DIGEST, sinceMs: 0, package: null }
  const patches = [one, { ...one, name: 'other', release: 'r2', fileSha256: OTHER }].map((patch) => ({
    ...patch,
    standing: { kind: 'accepted', restoring: null } as const,
  }))
  const options = { running: { release: 'r1', buildId: BUILD }, nowMs: (BOOTED_S - secondsBefore) * 1000 }
  return formatPermit({ ...EMPTY_RECORD, patches }, { ...DEFAULT_POLICY, boot: { initramfs: true } }, options) ?? ''
}

interface Boot {
  readonly commandLine?: string
  readonly permit?: string
  readonly build?: string
  readonly inImage?: string
  readonly insmod?: string
}

/** Runs the script that loads; returns what the kernel was given, what it logged, and what kmend finds. */
function boot(change: Boot) {
  const root = mkdtempSync(join(home, 'boot-'))
  const lay = (path: string, content: string | Uint8Array, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), content)
    chmodSync(join(root, path), mode)
  }
  lay('/proc/cmdline', `root=/dev/sda ro ${change.commandLine ?? ''}\n`)
  lay('/proc/stat', `cpu 1 2 3\nbtime ${BOOTED_S}\nprocesses 9\n`)
  lay('/proc/sys/kernel/osrelease', 'r1\n')
  lay('/sys/kernel/notes', noteOf(change.build ?? BUILD))
  lay('/sys/kernel/livepatch/fix/transition', '0\n')
  lay(`/usr/lib/kmend/early/${change.inImage ?? DIGEST}.ko`, 'a module')
  lay(`/usr/lib/kmend/early/${OTHER}.ko`, 'a module')
  if (change.permit !== '') lay('/mnt/etc/kmend/next-boot', change.permit ?? permit(30))
  lay('/bin/insmod', `#!/bin/sh\necho "$1" >>${root}/loaded\n${change.insmod ?? ''}\n`, 0o755)
  mkdirSync(join(root, 'dev'))
  mkdirSync(join(root, 'run'))
  const script = readProjectFile('packaging/initramfs/load')
    .replaceAll(/(?<=[\s<>"=])\/(?=proc|sys|usr|run)/g, `${root}/`)
    .replaceAll('>/dev/kmsg', `>>${root}/dev/kmsg`)
  const env = { PATH: `${root}/bin:/usr/bin:/bin`, rootmnt: `${root}/mnt` }
  const { status, stderr } = spawnSync('dash', ['-c', script], { env, encoding: 'utf8' })
  const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '')
  return {
    ended: [status, stderr],
    loaded: read('/loaded').replaceAll(`${root}/usr/lib/kmend/early/`, '').split('\n').slice(0, -1),
    log: read('/dev/kmsg').replaceAll('<6>kmend: ', '').split('\n').slice(0, -1),
    found: parseEarly(read('/run/kmend/initramfs')),
  }
}

/** Two notes, as a kernel has them: one of a hypervisor, then its build-id. */
function noteOf(buildId: string): Uint8Array {
  const note = (type: number, name: string, content: Buffer) => {
    const head = Buffer.alloc(12)
    head.writeUInt32LE(4, 0)
    head.writeUInt32LE(content.length, 4)
    head.writeUInt32LE(type, 8)
    return Buffer.concat([head, Buffer.from(name, 'latin1'), content])
  }
  return new Uint8Array(Buffer.concat([note(6, 'Xen\0', Buffer.from('linux\0\0\0')), note(3, 'GNU\0', Buffer.from(buildId, 'hex'))]))
}

describe('an initial RAM disk', () => {
  test('loads what the last clean shutdown permits for this very kernel, and says so', () => {
    expect(boot({})).toEqual({
      ended: [0, ''],
      loaded: [`${DIGEST}.ko`],
      log: ['fix: loading', 'fix: in force'],
      found: [{ name: 'fix', fileSha256: DIGEST }],
    })
  })

  test.each<[string, Boot, readonly RegExp[]]>([
    ['without a permit: the last boot ended in a crash', { permit: '' }, []],
    ['with one that has run out', { permit: permit(16 * 60) }, [/does not count now/]],
    ['on a machine whose clock stands still', { permit: permit(-3600) }, [/does not count now/]],
    ['with a permit of another form', { permit: permit(30).replace('boot/1', 'boot/2') }, [/another form/]],
    ['with a permit that is torn', { permit: 'kmend/next-boot/1 17' }, [/another form/]],
    ['into another build of the kernel', { build: 'ef'.repeat(20) }, [/fix: not loaded: it is for another build of r1/]],
    ['when the image holds another module', { inImage: 'e3'.repeat(32) }, [/fix: not in this initial RAM disk/]],
    ['when the command line says off', { commandLine: 'kmend.mode=off' }, [/kmend.mode=off/]],
    ['when it says no-apply', { commandLine: 'quiet kmend.mode=on kmend.mode=no-apply' }, [/kmend.mode=no-apply/]],
    ['when that is misspelt', { commandLine: 'kmend.mode=of' }, [/kmend.mode=of$/]],
    ['when the host is to be repaired', { commandLine: 'single kmend.mode=on' }, [/says single/]],
  ])('loads nothing %s', (_, change, log) => {
    const { ended, loaded, found, log: said } = boot(change)
    expect({ ended, loaded, found }).toEqual({ ended: [0, ''], loaded: [], found: [] })
    expect(said).toEqual(log.map((line) => expect.stringMatching(line) as unknown))
  })

  test('lets the boot go on when the kernel refuses one', () => {
    const { ended, log } = boot({ insmod: 'echo "insmod: ERROR: could not insert module" >&2; exit 1' })
    expect([ended, log]).toEqual([
      [0, ''],
      ['fix: loading', 'fix: not loaded: insmod: ERROR: could not insert module'],
    ])
  })
})

describe('the hook that fills it', () => {
  /** Runs it with a kmend that says this; returns how it ended, what it said, and what it laid in. */
  function hook(kmend: string) {
    const bin = mkdtempSync(join(home, 'hook-'))
    writeFileSync(join(bin, 'kmend'), `#!/bin/sh\n[ "$*" = 'boot modules --kernel r1' ] || exit 2\n${kmend}\n`)
    chmodSync(join(bin, 'kmend'), 0o755)
    const script = readProjectFile('packaging/initramfs/hook').replace(
      '. /usr/share/initramfs-tools/hook-functions',
      'copy_exec() { echo "$*"; }; copy_file() { echo "$2 $3"; }',
    )
    const { status, stdout, stderr } = spawnSync('dash', ['-c', script], {
      env: { PATH: `${bin}:/usr/bin:/bin`, version: 'r1' },
      encoding: 'utf8',
    })
    return { status, said: stderr, laid: stdout.split('\n').slice(0, -1) }
  }

  test('lays in each module under its digest, and what it takes to load it', () => {
    expect(hook(`echo '${DIGEST}  /var/lib/kmend/patches/r1/fix/fix.ko'`)).toEqual({
      status: 0,
      said: '',
      laid: ['/usr/bin/od', '/sbin/insmod', `/var/lib/kmend/patches/r1/fix/fix.ko /usr/lib/kmend/early/${DIGEST}.ko`],
    })
  })

  test('lays in nothing where nothing is wanted, and does not keep an image from being made', () => {
    expect(hook('')).toEqual({ status: 0, said: '', laid: [] })
    expect(hook('echo cannot >&2; exit 6')).toEqual({ status: 0, said: expect.stringMatching(/^cannot\nW: kmend: /), laid: [] })
  })
})
