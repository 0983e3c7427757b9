import { Fault } from '../../core/base/mod.ts'
import type { DroppedFix, Manifest } from '../../core/bundle/mod.ts'

/** A module that was built outside the kernel's tree: its source, and its file as it is loaded. */
export interface ExternalModuleRequest {
  readonly source: string
  readonly file: string
}

export interface BuildRequest {
  readonly patches: readonly { readonly file: string; readonly text: string }[]
  readonly release: string
  readonly name: string
  /** Among the cumulative live patches for one kernel; 1 when not given. */
  readonly version?: number
  /** Folder that gets `<name>.ko`, `manifest.json` and `work/`. */
  readonly output: string
  readonly fuzz: number
  /** The module that is patched, when it is none of the kernel's own: paths in the patches count from its source. */
  readonly external?: ExternalModuleRequest
  readonly allowLayout: readonly string[]
  /** Functions that are replaced though a kernel thread stays in them. */
  readonly allowThreadLoop?: readonly string[]
  /** Variables, as `name` or `unit:name`, that get their new initial values from a generated callback. */
  readonly setData?: readonly string[]
  /** What the patches come from, when they are all that a newer source changes. */
  readonly update?: Manifest['update']
  readonly cves: readonly string[]
  readonly bugs: readonly string[]
  /** The version before: this one must hold all that it fixes, but for what it drops. */
  readonly after?: { readonly folder: string; readonly manifest: Manifest; readonly dropped: readonly DroppedFix[] }
}

/** The module's name: what /sys/kernel/livepatch will show. Faults: usage/name. */
export function checkName(name: string): string {
  if (/^[A-Za-z0-9_]{1,55}$/.test(name)) return name
  throw new Fault('usage/name', `Cannot name a live patch "${name}": 1 to 55 letters, digits and underscores are allowed`, {
    try: '--name NAME',
  })
}

/** `0001-Fix-the-thing.patch` to `kmend_0001_Fix_the_thing`, and the version behind that from the second on: each has a module name of its own. */
export function nameOfPatch(file: string, version = 1): string {
  const base = file.slice(file.lastIndexOf('/') + 1).replace(/\.(patch|diff)$/, '')
  const end = version === 1 ? '' : `_${version}`
  return `kmend_${base.replace(/[^A-Za-z0-9]+/g, '_')}`.slice(0, 55 - end.length).replace(/_+$/, '') + end
}
