import { Fault } from '../base/mod.ts'
import type { PackageRole } from './offer.ts'

/** A kernel in the cache, ready to build for: kernels/<release>/target.json, which is written last. */
export interface KernelTarget {
  readonly format: 'kmend-kernel-1'
  readonly release: string
  /** Version of Debian's image, headers and source packages. */
  readonly packageVersion: string
  readonly flavour: 'generic' | 'cloud' | 'rt'
  readonly arch: 'amd64'
  /** GNU build-id of vmlinux, in hex. */
  readonly buildId: string
  readonly packages: readonly TargetPackage[]
  /** What compiled the kernel, as the kernel says it. */
  readonly kernelCompiler: string
  /** What compiles the units here: its program and its version line. */
  readonly compiler: { readonly program: string; readonly version: string }
  readonly unitCount: number
  readonly moduleCount: number
  /** Recipes of kbuild for generated files that failed here: units that need them will not compile. */
  readonly notGenerated: readonly string[]
}

export interface TargetPackage {
  readonly role: PackageRole
  readonly name: string
  readonly version: string
  readonly sha256: string
}

/** Faults: kernel/incomplete. */
export function parseTarget(text: string, file: string): KernelTarget {
  try {
    const parsed = JSON.parse(text) as KernelTarget
    if (parsed.format === 'kmend-kernel-1') return parsed
  } catch {
    // falls through: neither JSON nor ours, the same advice
  }
  throw new Fault('kernel/incomplete', 'Cannot use this kernel of the cache: its target.json is not in the format this version writes', {
    in: file,
    try: 'kmend kernel remove <release>, then kmend kernel add <release>',
  })
}

/** Where the parts of a kernel lie under $KMEND_HOME. */
export interface KernelPaths {
  readonly folder: string
  readonly target: string
  readonly vmlinuz: string
  readonly vmlinux: string
  readonly config: string
  readonly symvers: string
  /** The image package's lib/modules/<release>. */
  readonly modules: string
  readonly tree: string
  readonly commands: string
  /** Folders of the tree whose files include others by `../`. */
  readonly upwardIncludes: string
  /** Objects of the kernel's own source, kept from one build to the next. */
  readonly originals: string
  /** Marks of finished stages. */
  readonly stages: string
  readonly lock: string
}

export function kernelPaths(home: string, release: string): KernelPaths {
  const folder = `${home}/kernels/${release}`
  return {
    folder,
    target: `${folder}/target.json`,
    vmlinuz: `${folder}/vmlinuz`,
    vmlinux: `${folder}/vmlinux`,
    config: `${folder}/config`,
    symvers: `${folder}/Module.symvers`,
    modules: `${folder}/modules`,
    tree: `${folder}/tree`,
    commands: `${folder}/commands.json`,
    upwardIncludes: `${folder}/upward-includes.json`,
    originals: `${folder}/originals`,
    stages: `${folder}/stages`,
    lock: `${home}/locks/${release}.lock`,
  }
}
