import { describe, expect, test } from 'vitest'
import type { DoctorFacts } from './doctor-facts.ts'
import { examineHost } from './doctor.ts'

const HEALTHY: DoctorFacts = {
  kernel: {
    release: '6.1.0-1-amd64',
    machine: 'x86_64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.1-1 (2026-10-16)',
    commandLine: ['quiet'],
    livepatch: { patches: [], tracedFunctions: [], taint: 0, modules: [] },
    signatures: { isEnforced: false, lockdown: 'none' },
  },
  config: new Map(
    ['LIVEPATCH', 'MODULES', 'DYNAMIC_FTRACE_WITH_ARGS', 'HAVE_RELIABLE_STACKTRACE', 'KALLSYMS_ALL', 'MODULE_UNLOAD', 'PROC_KCORE'].map(
      (name) => [name, 'y'],
    ),
  ),
  isFtraceOn: true,
  areModulesOff: false,
  secureBoot: 'none',
  keys: ['Debian Secure Boot CA'],
  foreignModules: [],
  foreignThreads: [],
  wanted: undefined,
  availableMemoryBytes: 2 ** 30,
  state: { folder: '/var/lib/kmend', freeBytes: 2 ** 30 },
  nowMs: Date.UTC(2026, 10, 21),
  isClockSynchronised: true,
  missingPrograms: [],
}
const ENFORCED = { isEnforced: true, lockdown: 'integrity' }
const kernel = (change: Partial<DoctorFacts['kernel']>) => ({ kernel: { ...HEALTHY.kernel, ...change } })
const without = (name: string) => new Map([...(HEALTHY.config ?? [])].filter(([key]) => key !== name))
const wanted = (change: Partial<NonNullable<DoctorFacts['wanted']>>) => ({
  wanted: { name: 'fix', isSigned: true, release: '6.1.0-1-amd64', held: [], ...change },
})
const MOVING = { name: 'other', isEnabled: true, isInTransition: true, objects: [] }

test('a host that is fit has nothing but good findings', () => {
  expect(examineHost(HEALTHY).filter(({ grade }) => grade !== 'ok')).toEqual([])
  expect(examineHost({ ...HEALTHY, ...wanted({}) }).filter(({ grade }) => grade !== 'ok')).toEqual([])
})

describe('what is wrong is said, with a way out:', () => {
  test.each<[string, Partial<DoctorFacts>, string, RegExp]>([
    ['machine', kernel({ machine: 'aarch64' }), 'problem', /this is aarch64/],
    ['live patching', kernel({ livepatch: undefined }), 'problem', /has none/],
    ['kernel options', { config: without('KALLSYMS_ALL') }, 'problem', /CONFIG_KALLSYMS_ALL is not set/],
    ['kernel options', { config: without('DYNAMIC_FTRACE_WITH_ARGS') }, 'problem', /_WITH_REGS or CONFIG_DYNAMIC_FTRACE_WITH_ARGS/],
    ['kernel options', { config: without('PROC_KCORE') }, 'warning', /kmend inspect/],
    ['kernel options', { config: undefined }, 'warning', /not known/],
    ['command line', kernel({ commandLine: ['kmend.mode=no-apply'] }), 'problem', /kmend\.mode=no-apply/],
    ['ftrace', { isFtraceOn: false }, 'problem', /switched off/],
    ['ftrace', { isFtraceOn: undefined }, 'problem', /has no kernel.ftrace_enabled/],
    ['module loading', { areModulesOff: true }, 'problem', /until the next boot/],
    ['signatures', { ...kernel({ signatures: ENFORCED }), secureBoot: 'on' }, 'warning', /Secure Boot is on, lockdown integrity/],
    ['signatures', { ...kernel({ signatures: ENFORCED }), ...wanted({ isSigned: false }) }, 'problem', /fix is not signed/],
    ['trusted keys', { ...kernel({ signatures: ENFORCED }), ...wanted({}), keys: undefined }, 'warning', /none can be seen/],
    ['other modules', { foreignModules: ['zfs'], foreignThreads: undefined }, 'warning', /zfs/],
    [
      'other modules',
      { foreignModules: ['zfs'], foreignThreads: [{ pid: 7, name: 'arc', module: 'zfs' }] },
      'warning',
      /arc \(pid 7\) is in zfs/,
    ],
    ['transition', kernel({ livepatch: { patches: [MOVING], tracedFunctions: [], taint: 0, modules: [] } }), 'warning', /that of other/],
    ['functions', wanted({ release: '6.1.0-2-amd64' }), 'problem', /is for 6.1.0-2-amd64/],
    [
      'functions',
      wanted({ held: [{ func: 'vmlinux:f', by: 'redirect', holder: 'hook [evil]' }] }),
      'problem',
      /redirected already, by hook \[evil\]/,
    ],
    ['functions', wanted({ held: [{ func: 'vmlinux:f', by: 'BPF', holder: 'bpf_trampoline_1' }] }), 'warning', /BPF trampoline/],
    ['functions', wanted({ held: [{ func: 'vmlinux:f', by: 'kprobe', holder: 'f+0x10' }] }), 'warning', /kprobe \(f\+0x10\)/],
    ['memory', { availableMemoryBytes: 2 ** 20 }, 'problem', /1 MiB free/],
    ['disk', { state: { folder: '/var/lib/kmend', freeBytes: 2 ** 26 } }, 'warning', /64 MiB free/],
    ['clock', { nowMs: 0 }, 'problem', /1970-01-01, and this kernel was built on 2026-10-16/],
    ['clock', { isClockSynchronised: false }, 'warning', /kept by nobody/],
    ['programs', { missingPrograms: [{ name: 'rmmod', package: 'kmod', use: 'loads', isVital: true }] }, 'problem', /rmmod is missing/],
  ])('%s %#', (subject, change, grade, text) => {
    const found = examineHost({ ...HEALTHY, ...change }).filter((finding) => finding.grade !== 'ok')
    expect(found).toEqual([{ subject, grade, text: expect.stringMatching(text) as string, wayOut: expect.stringMatching(/\w/) as string }])
  })
})
