import type { KernelFacts } from './kernel-facts.ts'

/** What decides whether a host can be live patched. */
export interface DoctorFacts {
  readonly kernel: Pick<KernelFacts, 'release' | 'machine' | 'version' | 'commandLine' | 'livepatch' | 'signatures'>
  /** The kernel's configuration, names without `CONFIG_`; undefined when it is nowhere to be found. */
  readonly config: ReadonlyMap<string, string> | undefined
  /** The sysctl kernel.ftrace_enabled; undefined when the kernel has none. */
  readonly isFtraceOn: boolean | undefined
  /** The sysctl kernel.modules_disabled. */
  readonly areModulesOff: boolean
  /** `none` when the machine was not booted by UEFI. */
  readonly secureBoot: 'on' | 'off' | 'none'
  /** Certificates in the kernel's keyrings, by name; undefined when they may not be seen. */
  readonly keys: readonly string[] | undefined
  /** Modules that are not of this kernel's source, live patches left out. */
  readonly foreignModules: readonly string[]
  /** Kernel threads that are in such a module now. Undefined when stacks may not be seen. */
  readonly foreignThreads: readonly { readonly pid: number; readonly name: string; readonly module: string }[] | undefined
  /** The live patch that is to come; undefined when none was given. */
  readonly wanted: WantedPatch | undefined
  readonly availableMemoryBytes: number | undefined
  readonly state: { readonly folder: string; readonly freeBytes: number | undefined }
  readonly nowMs: number
  readonly isClockSynchronised: boolean | undefined
  readonly missingPrograms: readonly { readonly name: string; readonly package: string; readonly use: string; readonly isVital: boolean }[]
}

export interface WantedPatch {
  readonly name: string
  readonly isSigned: boolean
  readonly release: string
  /** What is attached to functions that it replaces. */
  readonly held: readonly HeldFunction[]
}

export interface HeldFunction {
  /** `object:function`. */
  readonly func: string
  /** `redirect`: something other than a live patch decides where its calls go. */
  readonly by: 'kprobe' | 'BPF' | 'redirect'
  /** As the kernel names it. */
  readonly holder: string
}
