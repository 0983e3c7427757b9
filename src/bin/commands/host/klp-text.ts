import type { HostPatch } from '../../../app/host/mod.ts'
import type { BlockingTask } from '../../../core/host/mod.ts'

/** What SUSE's klp(1) prints, byte for byte where its documents show it. */

export const KLP_USAGE = `Usage: klp [-hnv] COMMAND
Query and control the live patching of the running kernel.

Commands:
   status      print ready, or in_progress while a transition is under way
   check       the same as exit code: 0 ready, 1 in progress
   patches     the live patches that are loaded
   blocking    the tasks that a transition waits for
   downgrade   go back to the version before

Options:
   -h, --help  this text
   -v          more detail; twice, even more
   -n          do not ask (downgrade)
   --version   print the version`

export const KLP_NOT_ROOT = 'Warning: running as non-root user, display will be limited'

/** `detail`: how often -v was given. */
export function formatKlpPatches(patches: readonly HostPatch[], detail: number, until: string | null): string[] {
  return patches.flatMap((patch) => {
    if (detail === 0) return [patch.name]
    return [
      patch.name,
      `    active: ${patch.isEnabled ? 1 : 0}`,
      `    RPM: ${patch.ours?.package ?? '(none)'}`,
      `    CVE: ${isInitial(patch) ? '(none - this is an initial kernel live patch)' : listOr(patch.cves)}`,
      `    bug fixes and enhancements: ${listOr(patch.bugs)}`,
      ...(detail === 1 ? [] : [`    expiration: ${until ?? '(unknown)'}`, '    update status: (unknown)']),
    ]
  })
}

/** One that replaces nothing: it shows that live patching works. */
function isInitial({ cves, bugs, objects }: HostPatch): boolean {
  return cves.length === 0 && bugs.length === 0 && objects.every(({ functions }) => functions.length === 0)
}

function listOr(ids: readonly string[]): string {
  return ids.length === 0 ? '(none)' : ids.join(' ')
}

export function formatKlpBlocking(tasks: readonly BlockingTask[], detail: number): string[] {
  if (tasks.length === 0) return ['no threads with klp_in_progress set']
  if (detail === 0) return [...new Set(tasks.map(({ pid }) => `${pid}`))]
  return tasks.flatMap(({ tid, name, commandLine, stack }) => {
    const line = `${tid} ${commandLine === '' ? `[${name}]` : commandLine}`
    return detail === 1 ? [line] : [line, ...stack.map((frame) => `    ${frame}`)]
  })
}
