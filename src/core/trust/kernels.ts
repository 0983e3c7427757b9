import { Fault } from '../base/mod.ts'
import { isTitle } from '../bundle/mod.ts'
import { KERNELS_TARGET, isPathPart } from './layout.ts'

/** An entry of kernels.json, which says what kernels a repository has: docs/formats/repository.md, clause 7. */
export interface ListedKernel {
  readonly release: string
  readonly packageVersion: string
  readonly buildId: string
  readonly arch: string
  /** Days of the lifecycle data; null when there is none. */
  readonly from: string | null
  readonly until: string | null
  readonly tiers: Readonly<Record<string, { readonly name: string; readonly version: number } | null>>
}

const SCHEMA = 'kmend/kernels/1'

export function formatKernels(listed: readonly ListedKernel[]): string {
  return `${JSON.stringify({ schema: SCHEMA, kernels: listed.toSorted((a, b) => (a.release < b.release ? -1 : 1)) })}\n`
}

/** Faults: trust/metadata. */
export function parseKernels(text: string): readonly ListedKernel[] {
  try {
    const { schema, kernels } = JSON.parse(text) as { readonly schema: unknown; readonly kernels: readonly ListedKernel[] }
    if (schema === SCHEMA && kernels.every(isListed)) return kernels
  } catch {
    // falls through: not JSON, or a field that is not there
  }
  throw new Fault('trust/metadata', `Cannot read which kernels the repository has: it is not of the form ${SCHEMA}`, {
    in: KERNELS_TARGET,
    try: 'tell the publisher; a newer kmend may be needed',
  })
}

function isListed({ release, packageVersion, buildId, arch, from, until, tiers }: ListedKernel): boolean {
  return (
    isPathPart(release) &&
    [packageVersion, buildId, arch].every(isTitle) &&
    [from, until].every((day) => day === null || /^\d{4}-\d\d-\d\d$/.test(day)) &&
    Object.values(tiers).every((newest) => newest === null || (isTitle(newest.name) && Number.isSafeInteger(newest.version)))
  )
}
