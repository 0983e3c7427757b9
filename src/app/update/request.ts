import type { CveRecord } from '../../core/cve/mod.ts'
import type { Unwanted } from '../../core/update/mod.ts'
import type { BuildRequest } from '../build/mod.ts'

export interface UpdateRequest {
  readonly release: string
  /** Version of a linux-source package, or a folder; undefined for the kernel's own. */
  readonly from: string | undefined
  readonly to: string
  /** Paths below which changes are taken, with what they need of others; everything when empty. */
  readonly only: readonly string[]
  /** What is left out whatever speaks for it, with all that belongs to it. */
  readonly without?: readonly Unwanted[]
  readonly name: string
  /** Among the cumulative live patches for one kernel. */
  readonly version: number
  /** Folder that gets module, manifest, account and `work/`. */
  readonly output: string
  readonly cves: readonly string[]
  readonly bugs: readonly string[]
  readonly cveRecords: readonly CveRecord[]
  readonly after?: NonNullable<BuildRequest['after']>
}

/** `6.1.192-2` to `kmend_update_6_1_192_2`. */
export function nameOfUpdate(to: string): string {
  const version = to.replace(/\/+$/, '').replace(/^.*\//, '')
  return `kmend_update_${version.replaceAll(/[^A-Za-z0-9]+/g, '_')}`.slice(0, 55).replace(/_+$/, '')
}
