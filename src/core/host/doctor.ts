import type { DoctorFacts } from './doctor-facts.ts'
import { modeOf } from './kernel-facts.ts'

/** One thing that was looked at. */
export interface Finding {
  readonly subject: string
  readonly grade: 'ok' | 'warning' | 'problem'
  readonly text: string
  /** What can be done about it; null when nothing need be. */
  readonly wayOut: string | null
}

type Check = (facts: DoctorFacts) => Finding | readonly Finding[]

/** Whether this host can be live patched: everything that was looked at, in this order. */
export function examineHost(facts: DoctorFacts): Finding[] {
  return CHECKS.flatMap(([subject, check]) => {
    const found = check(facts)
    return [found].flat().map((finding) => ({ ...finding, subject }))
  })
}

const MIB = 2 ** 20

const CHECKS: readonly (readonly [subject: string, check: Check])[] = [
  [
    'machine',
    ({ kernel }) =>
      kernel.machine === 'x86_64'
        ? ok(kernel.machine)
        : problem(`live patches are built for x86_64 alone so far, and this is ${kernel.machine}`, 'reboot for kernel updates here'),
  ],
  [
    'live patching',
    ({ kernel }) =>
      kernel.livepatch === undefined
        ? problem(
            `the kernel ${kernel.release} has none (there is no /sys/kernel/livepatch)`,
            'boot a kernel built with CONFIG_LIVEPATCH=y',
          )
        : ok(`the kernel ${kernel.release} has it`),
  ],
  ['kernel options', checkOptions],
  [
    'command line',
    ({ kernel }) =>
      modeOf(kernel) === 'on'
        ? ok('does not limit kmend')
        : problem(
            `kmend.mode=${modeOf(kernel)} keeps live patches out on this boot`,
            'take the word off the kernel command line and reboot',
          ),
  ],
  [
    'ftrace',
    ({ isFtraceOn }) =>
      isFtraceOn === true
        ? ok('on')
        : isFtraceOn === false
          ? problem(
              'switched off: the kernel refuses live patches',
              'sysctl kernel.ftrace_enabled=1, and take what sets it to 0 out of /etc/sysctl.d',
            )
          : problem('the kernel has no kernel.ftrace_enabled', 'boot a kernel built with CONFIG_DYNAMIC_FTRACE=y'),
  ],
  [
    'module loading',
    ({ areModulesOff }) =>
      areModulesOff
        ? problem('kernel.modules_disabled is 1: no module, and so no live patch, can be loaded until the next boot', 'reboot without it')
        : ok('on'),
  ],
  ['signatures', checkSignatures],
  ['trusted keys', checkKeys],
  ['other modules', checkForeign],
  ['transition', checkTransition],
  ['functions', checkHeld],
  [
    'memory',
    ({ availableMemoryBytes: free }) =>
      bySize(free, {
        problem: 64 * MIB,
        warning: 256 * MIB,
        wayOut: 'end something, or add memory: a live patch takes a few MiB, its check more',
      }),
  ],
  [
    'disk',
    ({ state }) =>
      bySize(state.freeBytes, { problem: 16 * MIB, warning: 128 * MIB, wayOut: `make room on the file system of ${state.folder}` }),
  ],
  ['clock', checkClock],
  [
    'programs',
    ({ missingPrograms }) =>
      missingPrograms.length === 0
        ? ok('all there')
        : missingPrograms.map(({ name, package: from, use, isVital }) =>
            (isVital ? problem : warning)(`${name} is missing: ${use}`, `apt-get install ${from}`),
          ),
  ],
]

/** Without the first ones no live patch loads; without the others kmend knows or shows less. */
const OPTIONS: readonly (readonly [names: readonly string[], isVital: boolean, why: string])[] = [
  [['LIVEPATCH'], true, 'live patching itself'],
  [['MODULES'], true, 'a live patch is a module'],
  [['DYNAMIC_FTRACE_WITH_REGS', 'DYNAMIC_FTRACE_WITH_ARGS'], true, 'calls are redirected by ftrace'],
  [['HAVE_RELIABLE_STACKTRACE'], true, 'the kernel must see which functions a task is in'],
  [['KALLSYMS_ALL'], true, 'live patches refer to symbols that are not exported'],
  [['MODULE_UNLOAD'], false, 'a live patch that was taken off is applied again only after a boot'],
  [['PROC_KCORE'], false, 'kmend inspect reads the memory of the kernel there'],
]

function checkOptions({ config, kernel }: DoctorFacts): Finding | Finding[] {
  if (config === undefined)
    return warning(
      `not known: there is no /boot/config-${kernel.release} and no /proc/config.gz`,
      'put the configuration of the kernel there',
    )
  const missing = OPTIONS.filter(([names]) => !names.some((name) => config.get(name) === 'y'))
  if (missing.length === 0) return ok('all that live patching needs')
  return missing.map(([names, isVital, why]) =>
    (isVital ? problem : warning)(
      `${names.map((name) => `CONFIG_${name}`).join(' or ')} is not set: ${why}`,
      'boot a kernel that is built with it',
    ),
  )
}

/** Enrolling a Machine Owner Key makes the boot loader hand it to the kernel, which then trusts modules signed with it. */
const ENROL =
  'have the live patch signed with a key that is listed under trusted keys, or enrol yours: mokutil --import certificate.der, reboot, and confirm it with its password on the console'

function checkSignatures({ kernel: { signatures }, secureBoot, wanted, config }: DoctorFacts): Finding {
  const { isEnforced, lockdown } = signatures
  const boot = { on: 'Secure Boot is on', off: 'Secure Boot is off', none: 'not booted by UEFI' }[secureBoot]
  const state = `${boot}, lockdown ${lockdown}`
  if (!isEnforced) {
    const taints = config?.get('MODULE_SIG') === 'y' ? '; an unsigned one taints the kernel (E), and no more' : ''
    return ok(`any module is loaded (${state})${taints}`)
  }
  if (wanted?.isSigned === false) return problem(`signed modules only (${state}), and ${wanted.name} is not signed`, ENROL)
  if (wanted !== undefined)
    return ok(`signed modules only (${state}); ${wanted.name} is signed, whether by a trusted key shows when it is loaded`)
  return warning(`signed modules only (${state})`, ENROL)
}

function checkKeys({ keys, kernel }: DoctorFacts): Finding {
  if (keys === undefined || keys.length === 0)
    return kernel.signatures.isEnforced
      ? warning('none can be seen', 'run it as root: /proc/keys shows them to root alone')
      : ok('none seen, and none needed')
  return ok(keys.join('; '))
}

function checkForeign({ foreignModules, foreignThreads }: DoctorFacts): Finding | Finding[] {
  if (foreignModules.length === 0) return ok('all are of this kernel')
  if (foreignThreads === undefined)
    return warning(`built outside the kernel: ${foreignModules.join(' ')}; whether threads of theirs run is not known`, 'run it as root')
  if (foreignThreads.length === 0) return ok(`built outside the kernel: ${foreignModules.join(' ')}; no kernel thread is in them now`)
  return foreignThreads.map(({ pid, name, module }) =>
    warning(
      `the kernel thread ${name} (pid ${pid}) is in ${module}, which was built outside the kernel: a transition may wait for it for long`,
      `unload ${module} before, or ask its vendor whether it is fit for live patching; kmend blocking shows whether it holds one`,
    ),
  )
}

function checkTransition({ kernel }: DoctorFacts): Finding {
  const moving = kernel.livepatch?.patches.find(({ isInTransition }) => isInTransition)
  return moving === undefined
    ? ok('none is under way')
    : warning(`that of ${moving.name} is under way, and the kernel allows one at a time`, 'kmend blocking shows what it waits for')
}

function checkHeld({ wanted, kernel }: DoctorFacts): Finding | Finding[] {
  if (wanted === undefined) return ok('no live patch was given: --patch looks at the functions that it replaces')
  if (wanted.release !== kernel.release)
    return problem(`${wanted.name} is for ${wanted.release}, and this is ${kernel.release}`, 'build or fetch the one for this kernel')
  if (wanted.held.length === 0) return ok(`nothing else is attached to those of ${wanted.name}`)
  return wanted.held.map(({ func, by, holder }) => {
    switch (by) {
      case 'redirect':
        return problem(`${func} is redirected already, by ${holder}: ftrace lets one do that alone`, `take ${holder} off first`)
      case 'BPF':
        return warning(
          `${func} has a BPF trampoline (${holder}): some kernels refuse a live patch beside it`,
          'detach the program while the live patch is applied, and attach it again',
        )
      case 'kprobe':
        return warning(
          `${func} has a kprobe (${holder}): one inside the function does not fire while it is replaced`,
          'take the probe off, or know that',
        )
    }
  })
}

function checkClock({ nowMs, isClockSynchronised, kernel }: DoctorFacts): Finding {
  const built = /\((\d{4}-\d\d-\d\d)\)/.exec(kernel.version)?.[1]
  const now = new Date(nowMs).toISOString().slice(0, 10)
  const setIt = 'set it, and have it kept: timedatectl set-ntp true'
  if (built !== undefined && now < built)
    return problem(`it says ${now}, and this kernel was built on ${built}: expiry dates cannot be judged by it`, setIt)
  if (isClockSynchronised === false) return warning(`${now}, kept by nobody: expiry dates are judged by it`, setIt)
  return ok(isClockSynchronised === true ? `${now}, synchronised` : `${now}; whether it is synchronised is not known`)
}

function bySize(
  bytes: number | undefined,
  limits: { readonly problem: number; readonly warning: number; readonly wayOut: string },
): Finding {
  if (bytes === undefined) return ok('not known')
  const text = `${Math.round(bytes / MIB)} MiB free`
  if (bytes < limits.problem) return problem(text, limits.wayOut)
  return bytes < limits.warning ? warning(text, limits.wayOut) : ok(text)
}

function ok(text: string): Finding {
  return { subject: '', grade: 'ok', text, wayOut: null }
}

function warning(text: string, wayOut: string): Finding {
  return { subject: '', grade: 'warning', text, wayOut }
}

function problem(text: string, wayOut: string): Finding {
  return { subject: '', grade: 'problem', text, wayOut }
}
