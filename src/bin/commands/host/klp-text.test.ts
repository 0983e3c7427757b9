import { expect, test } from 'vitest'
import type { HostPatch } from '../../../app/host/mod.ts'
import type { BlockingTask } from '../../../core/host/mod.ts'
import { formatKlpBlocking, formatKlpPatches } from './klp-text.ts'
import { parseKlp } from './klp.ts'

const OBJECTS = [{ name: 'vmlinux', isPatched: true, functions: ['do_fcntl,1'] }]
const INITIAL = patch({ name: 'livepatch_1_5_3_2', ours: ours('kernel-livepatch-5_3_18-24_34-default-1-5.3.2.x86_64') })
const FIX = patch({ name: 'livepatch_2', ours: ours(null), cves: ['CVE-2023-26545', 'CVE-2023-1652'], objects: OBJECTS })
const OTHER = patch({ name: 'theirs', isEnabled: false, objects: OBJECTS })

test.each([
  [0, 'livepatch_1_5_3_2\nlivepatch_2\ntheirs'],
  [
    1,
    `livepatch_1_5_3_2
    active: 1
    RPM: kernel-livepatch-5_3_18-24_34-default-1-5.3.2.x86_64
    CVE: (none - this is an initial kernel live patch)
    bug fixes and enhancements: (none)
livepatch_2
    active: 1
    RPM: (none)
    CVE: CVE-2023-26545 CVE-2023-1652
    bug fixes and enhancements: (none)
theirs
    active: 0
    RPM: (none)
    CVE: (none)
    bug fixes and enhancements: (none)`,
  ],
])('patches with %d times -v', (detail, text) => {
  expect(formatKlpPatches([INITIAL, FIX, OTHER], detail, null).join('\n')).toBe(text)
})

test('patches with -vv say until when', () => {
  expect(formatKlpPatches([FIX], 2, '2027-11-20').slice(-2)).toEqual(['    expiration: 2027-11-20', '    update status: (unknown)'])
})

test('blocking tasks', () => {
  expect(formatKlpBlocking([], 1)).toEqual(['no threads with klp_in_progress set'])
  const tasks = [task(33, 33, 'kauditd', ''), task(812, 812, 'nginx', 'nginx: worker'), task(812, 813, 'nginx', 'nginx: worker')]
  expect(formatKlpBlocking(tasks, 0)).toEqual(['33', '812'])
  expect(formatKlpBlocking(tasks, 1)).toEqual(['33 [kauditd]', '812 nginx: worker', '813 nginx: worker'])
  expect(formatKlpBlocking(tasks.slice(0, 1), 2)).toEqual(['33 [kauditd]', '    kauditd_thread+0x1a3/0x2b0'])
})

test.each<[string, ReturnType<typeof parseKlp>]>([
  ['status', { command: 'status', detail: 0, mayAsk: true }],
  ['-v patches', { command: 'patches', detail: 1, mayAsk: true }],
  ['patches -v -v', { command: 'patches', detail: 2, mayAsk: true }],
  ['-vv blocking', { command: 'blocking', detail: 2, mayAsk: true }],
  ['downgrade -n', { command: 'downgrade', detail: 0, mayAsk: false }],
  ['--help', { command: 'help', detail: 0, mayAsk: true }],
  ['--version', { command: 'version', detail: 0, mayAsk: true }],
  ['', undefined],
  ['-x status', undefined],
  ['patch', undefined],
  ['status patches', undefined],
])('klp %s', (words, wish) => {
  expect(parseKlp(words.split(' ').filter((word) => word !== ''))).toEqual(wish)
})

function ours(name: string | null): HostPatch['ours'] {
  return { version: 1, standing: 'accepted', sinceMs: 0, package: name, retracted: null, retractionAccepted: null }
}

function patch(more: Partial<HostPatch> & Pick<HostPatch, 'name'>): HostPatch {
  return { isEnabled: true, isInTransition: false, ours: null, cves: [], bugs: [], objects: [], modinfo: {}, ...more }
}

function task(pid: number, tid: number, name: string, commandLine: string): BlockingTask {
  const stack = ['kauditd_thread+0x1a3/0x2b0']
  return {
    pid,
    tid,
    name,
    commandLine,
    isKernelThread: commandLine === '',
    unit: undefined,
    container: undefined,
    stack,
    sleepsIn: undefined,
  }
}
