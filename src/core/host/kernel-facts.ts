import type { LivepatchState } from './patch-state.ts'

/** What the running kernel says of itself, as far as live patching goes. */
export interface KernelFacts {
  /** As `uname -r` prints it. */
  readonly release: string
  /** As `uname -m` prints it. */
  readonly machine: string
  /** As `uname -v` prints it. */
  readonly version: string
  /** GNU build-id in hex; undefined when the kernel does not show it. */
  readonly buildId: string | undefined
  readonly bootId: string
  readonly uptimeMs: number
  readonly commandLine: readonly string[]
  /** Undefined when the kernel has no live patching, or sysfs is not there. */
  readonly livepatch: LivepatchState | undefined
  /** The modules that are loaded, by name. */
  readonly modules: ReadonlyMap<string, LoadedModule>
  readonly signatures: SignaturePolicy
}

export interface LoadedModule {
  readonly buildId: string | undefined
  readonly refcount: number
}

export interface SignaturePolicy {
  /** Whether the kernel loads signed modules only (module.sig_enforce, or lockdown). */
  readonly isEnforced: boolean
  /** `none`, `integrity` or `confidentiality`. */
  readonly lockdown: string
}

/** The word of the kernel's command line that limits kmend on this boot. */
export type Mode = 'on' | 'no-apply' | 'off'

export function modeOf({ commandLine }: Pick<KernelFacts, 'commandLine'>): Mode {
  const word = commandLine.findLast((candidate) => candidate.startsWith('kmend.mode='))?.slice('kmend.mode='.length)
  // A word that is not known is a person's wish to limit it, and a spelling mistake.
  return word === undefined || word === 'on' ? 'on' : word === 'no-apply' ? 'no-apply' : 'off'
}
