import type { Manifest } from '../bundle/mod.ts'
import { packageUrl } from './package-url.ts'

/** What a module was made from, for its SBOM; the tools that made it stand in the provenance. */
export interface Inventory {
  readonly module: Part
  readonly parts: readonly Part[]
}

export interface Part {
  readonly name: string
  readonly version?: string
  readonly purl?: string
  readonly sha256: string
}

export function makeInventory({ name, version = 1, module, inputs, external }: Manifest): Inventory {
  const ofFile = ({ file, sha256 }: { readonly file: string; readonly sha256: string }) => ({ name: file, sha256 })
  return {
    module: { name, version: String(version), sha256: module.sha256 },
    parts: [
      ...inputs.packages.map((found) => ({ ...found, purl: packageUrl(found.name, found.version) })),
      ...inputs.patches.map(ofFile),
      ...(external === undefined ? [] : [ofFile(external), ...external.sources.map(ofFile)]),
    ],
  }
}
