import { Fault } from '../base/mod.ts'
import { hasManifestForm } from './manifest-form.ts'

/** What a live patch is, beside its module: docs/formats/manifest.md. The same build inputs give the same manifest. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA
  readonly name: string
  /** Of the cumulative live patches for one kernel, a higher one holds all of the lower ones. 1 where it is absent. */
  readonly version?: number
  readonly kernel: { readonly release: string; readonly packageVersion: string; readonly arch: string; readonly buildId: string }
  /** Whether loading it takes the place of every live patch before it. */
  readonly replace: true
  readonly module: { readonly file: string; readonly sha256: string; readonly sizeBytes: number }
  readonly objects: readonly ManifestObject[]
  /** What the fix changes in the source, and where that is in the compiled code. */
  readonly changes: readonly ManifestChange[]
  readonly added: readonly ManifestAdded[]
  /** Functions of the original that the patched source no longer has; the running kernel keeps them. */
  readonly removed: readonly { readonly unit: string; readonly function: string }[]
  /** Functions that the kernel calls when it patches or unpatches an object. */
  readonly callbacks: readonly {
    readonly object: string
    readonly when: 'pre_patch' | 'post_patch' | 'pre_unpatch' | 'post_unpatch'
    readonly function: string
    readonly unit: string
  }[]
  /** Variables that have a new value while the patch is applied. */
  readonly data: readonly ManifestData[]
  /** System states (struct klp_state) that cumulative versions must carry on. */
  readonly states: readonly { readonly id: string; readonly version: number }[]
  /** Functions that are replaced, and functions and variables that are left alone, because the patch says so. */
  readonly forced: readonly { readonly unit: string; readonly name: string }[]
  readonly ignored: readonly { readonly unit: string; readonly name: string }[]
  /** The module that is patched, when it is none of the kernel's own. */
  readonly external?: ManifestExternal
  /** Exported symbols whose checksum the patched source changes; the running kernel keeps the old one. Absent in older manifests. */
  readonly versions?: readonly ManifestVersion[]
  /** When it was made of all that a newer source changes: the versions of the two source packages, null for a folder. Absent otherwise. */
  readonly update?: { readonly from: string | null; readonly to: string | null }
  /** The version before, whose fixes it holds but for those that it drops. Absent when none was named. */
  readonly after?: { readonly name: string; readonly version: number; readonly sha256: string; readonly dropped: readonly DroppedFix[] }
  readonly fixes: { readonly cves: readonly string[]; readonly bugs: readonly string[] }
  /** What was left out on purpose. */
  readonly notes: readonly { readonly unit: string; readonly subject: string; readonly text: string }[]
  readonly inputs: ManifestInputs
}

/** A fix that a version before had and this one has not, and why. */
export interface DroppedFix {
  /** Of a CVE or a defect. */
  readonly id: string
  readonly reason: string
}

export interface ManifestExternal {
  /** As in /sys/module. */
  readonly name: string
  /** Below the folder of the manifest: the module as it was given, uncompressed. */
  readonly file: string
  readonly sha256: string
  readonly sizeBytes: number
  /** What tells this build of the module from others, as far as it says; the running kernel shows it below /sys/module. */
  readonly buildId: string | null
  readonly srcversion: string | null
  /** Its C files and headers. */
  readonly sources: readonly { readonly file: string; readonly sha256: string }[]
}

export interface ManifestVersion {
  readonly symbol: string
  readonly unit: string
  /** Eight hex digits after `0x`. */
  readonly oldCrc: string
  readonly newCrc: string
  /** Modules of the kernel that import the symbol. */
  readonly importers: readonly string[]
}

export interface ManifestObject {
  readonly name: string
  /** GNU build-id of the module, which the running kernel shows below /sys/module; absent for vmlinux. */
  readonly buildId?: string
  readonly functions: readonly ManifestFunction[]
}

export interface ManifestAdded {
  readonly unit: string
  readonly function: string
  readonly sizeBytes: number
  /** Nothing that is live in the patch leads to this compiled function; its code may be live all the same, inlined elsewhere. Absent otherwise. */
  readonly unreached?: true
}

export interface ManifestChange {
  readonly file: string
  /** The function as the source names it; null for what stands outside functions, or where none is clear. */
  readonly function: string | null
  /** Of the kernel's own source. */
  readonly lines: { readonly from: number; readonly to: number }
  /** Compiled functions that hold its code. */
  readonly carriedBy: readonly { readonly unit: string; readonly function: string }[]
}

export interface ManifestData {
  readonly object: string
  readonly name: string
  readonly unit: string
  readonly sizeBytes: number
  /** The initial values in the original and in the patched source, in hex, as they lie in memory. */
  readonly before: string
  readonly after: string
}

export interface ManifestFunction {
  readonly name: string
  /** Position among namesakes as the kernel counts them; 0 when there are none. */
  readonly sympos: number
  readonly oldSizeBytes: number
  readonly newSizeBytes: number
  readonly unit: string
}

export interface ManifestInputs {
  readonly patches: readonly { readonly file: string; readonly sha256: string }[]
  readonly packages: readonly { readonly name: string; readonly version: string; readonly sha256: string }[]
  readonly tools: readonly { readonly name: string; readonly version: string; readonly sha256: string }[]
  readonly kmend: string
}

export const MANIFEST_SCHEMA = 'kmend/manifest/1'

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** Faults: build/manifest. */
export function parseManifest(text: string, file: string): Manifest {
  try {
    const parsed = JSON.parse(text) as Manifest
    if (parsed.schema === MANIFEST_SCHEMA && hasManifestForm(parsed)) return parsed
  } catch {
    // falls through: not JSON or not ours, the same advice
  }
  throw new Fault('build/manifest', `Cannot read this manifest: it is not of the form ${MANIFEST_SCHEMA}`, {
    in: file,
    try: 'build the live patch again with kmend build',
  })
}
