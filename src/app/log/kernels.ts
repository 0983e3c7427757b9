import { Fault, utf8FromBytes } from '../../core/base/mod.ts'
import { isPathPart, KERNELS_SCHEMA, KERNELS_TARGET } from '../../core/trust/mod.ts'

/** The releases of `kernels.json`: docs/formats/repository.md, clause 7. Faults: trust/metadata. */
export function parseReleases(bytes: Uint8Array): readonly string[] {
  const { schema, kernels } = parseRecord(bytes)
  const releases = Array.isArray(kernels) ? kernels.map((kernel: { readonly release?: unknown } | null) => kernel?.release) : []
  const areReleases = releases.every((release) => typeof release === 'string' && isPathPart(release))
  if (schema === KERNELS_SCHEMA && Array.isArray(kernels) && areReleases) return releases as string[]
  throw new Fault('trust/metadata', `Cannot read which kernels the repository has: it is not of the form ${KERNELS_SCHEMA}`, {
    in: KERNELS_TARGET,
    try: 'tell the publisher; a newer kmend may be needed',
  })
}

function parseRecord(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(utf8FromBytes(bytes) ?? '')
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
