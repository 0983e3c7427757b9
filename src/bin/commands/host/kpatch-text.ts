import type { HostOutcome, HostPatch, KeptPatch } from '../../../app/host/mod.ts'
import { formatColumns } from '../../columns.ts'

/** What kpatch(1) prints, byte for byte where its users show it. */

export const KPATCH_USAGE = `usage: kpatch <command> [<args>]

Valid commands:
   install [-k|--kernel-version=<kernel version>] <module>
      keep a patch module, and load it at boot of its kernel
   uninstall [-k|--kernel-version=<kernel version>] <module>
      do not load it at boot any more

   load --all
      load every installed patch module into the running kernel
   load <module>
      load a patch module into the running kernel
   unload --all
      take every patch module off the running kernel
   unload <module>
      take a patch module off the running kernel

   info <module>
      what a patch module says of itself
   list
      the patch modules that are loaded, and those that are installed
   signal
      wake the tasks that a transition waits for
   version
      print the version`

export function formatKpatchList(loaded: readonly HostPatch[], kept: readonly KeptPatch[]): string[] {
  const installed = kept.filter(({ standing }) => standing === 'accepted')
  const functions = loaded.flatMap(({ name, isInTransition, objects }) =>
    objects.flatMap((object) => object.functions.map((func) => [name, object.name, `${func}${isInTransition ? ' (transition)' : ''}`])),
  )
  return [
    'Loaded patch modules:',
    ...loaded.map((patch) => `${patch.name} [${stateOf(patch)}]`),
    '',
    'Installed patch modules:',
    ...installed.map(({ name, release }) => `${name} (${release})`),
    ...(functions.length === 0
      ? []
      : ['', 'Currently livepatched functions:', ...formatColumns([['Module', 'Object', 'Function/Occurrence'], ...functions])]),
  ]
}

function stateOf({ isEnabled, isInTransition }: HostPatch): string {
  if (isInTransition) return isEnabled ? 'enabling...' : 'disabling...'
  return isEnabled ? 'enabled' : 'disabled'
}

/** What is left to say of a load once the narrator has told its steps: lines for standard output, then for standard error. */
export function formatLoadEnd(outcome: HostOutcome): { readonly out: readonly string[]; readonly err: readonly string[] } {
  switch (outcome.kind) {
    case 'applied':
    case 'removed':
      return { out: [], err: [] }
    case 'unchanged':
      return { out: [`module named ${outcome.name} already loaded and enabled`], err: [] }
    case 'refused':
      return { out: [], err: outcome.faults.map(({ message }) => failed(outcome.name, message)) }
    case 'undone':
      return { out: [], err: outcome.findings.map((finding) => failed(outcome.name, finding)) }
    case 'stalled':
      return { out: [], err: [failed(outcome.name, outcome.left === 'waiting' ? 'transition goes on' : 'transition stalled')] }
  }
}

function failed(name: string, why: string): string {
  return `kpatch: error: failed to load module ${name} (${why})`
}

export function formatUnloadEnd(outcome: HostOutcome): readonly string[] {
  switch (outcome.kind) {
    case 'stalled':
      return [`kpatch: transition stalled for ${outcome.name}`]
    case 'removed':
      return outcome.isInMemory ? [`kpatch: failed to unload module ${outcome.name} (refcnt)`] : []
    default:
      return []
  }
}
