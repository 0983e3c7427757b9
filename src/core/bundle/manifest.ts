import { Fault } from '../base/mod.ts'

/** What a live patch is, beside its module: docs/formats/manifest.md. The same build inputs give the same manifest. */
export interface Manifest {
  readonly schema: typeof MANIFEST_SCHEMA
  readonly name: string
  readonly kernel: { readonly release: string; readonly packageVersion: string; readonly arch: string; readonly buildId: string }
  /** Whether loading it takes the place of every live patch before it. */
  readonly replace: true
  readonly module: { readonly file: string; readonly sha256: string; readonly sizeBytes: number }
  readonly objects: readonly ManifestObject[]
  readonly added: readonly { readonly unit: string; readonly function: string; readonly sizeBytes: number }[]
  /** Functions of the original that the patched source no longer has; the running kernel keeps them. */
  readonly removed: readonly { readonly unit: string; readonly function: string }[]
  readonly fixes: { readonly cves: readonly string[]; readonly bugs: readonly string[] }
  /** What was left out on purpose. */
  readonly notes: readonly { readonly unit: string; readonly subject: string; readonly text: string }[]
  readonly inputs: ManifestInputs
}

export interface ManifestObject {
  readonly name: string
  readonly functions: readonly ManifestFunction[]
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
    if (parsed.schema === MANIFEST_SCHEMA && hasObjects(parsed)) return parsed
  } catch {
    // falls through: not JSON or not ours, the same advice
  }
  throw new Fault('build/manifest', `Cannot read this manifest: it is not of the form ${MANIFEST_SCHEMA}`, {
    in: file,
    try: 'build the live patch again with kmend build',
  })
}

/** What every reader relies on: who is patched, and where. */
function hasObjects({ objects, kernel, module, name }: Manifest): boolean {
  const isNamed = (thing: { readonly name: string }) => typeof thing.name === 'string'
  const isWhole = [name, kernel.release, kernel.buildId, module.file, module.sha256].every((text) => typeof text === 'string')
  return isWhole && objects.every((object) => isNamed(object) && object.functions.every(isNamed))
}
