import { type Manifest, type Recipe, type Resource, type Statement, makeStatement } from '../bundle/mod.ts'
import { packageUrl } from './package-url.ts'

/** Where a module comes from: https://slsa.dev/spec/v1.0/provenance. It has no times and no machine, so that the same inputs give the same bytes. */
export interface Provenance {
  readonly buildDefinition: {
    readonly buildType: string
    readonly externalParameters: Recipe
    readonly resolvedDependencies: readonly Resource[]
  }
  readonly runDetails: { readonly builder: { readonly id: string; readonly version: { readonly kmend: string } } }
}

const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1'

export function makeProvenance({ module, inputs, external }: Manifest, recipe: Recipe): Statement<Provenance> {
  const ofFile = ({ file, sha256 }: { readonly file: string; readonly sha256: string }) => ({ name: file, digest: { sha256 } })
  return makeStatement({ name: module.file, digest: { sha256: module.sha256 } }, PROVENANCE_TYPE, {
    buildDefinition: {
      buildType: 'urn:kmend:build:1',
      externalParameters: recipe,
      resolvedDependencies: [
        ...inputs.patches.map(ofFile),
        ...inputs.packages.map(({ name, version, sha256 }) => ({ name, uri: packageUrl(name, version), digest: { sha256 } })),
        ...inputs.tools.map(({ name, version, sha256 }) => ({ name, digest: { sha256 }, annotations: { version } })),
        ...(external === undefined ? [] : [ofFile(external), ...external.sources.map(ofFile)]),
      ],
    },
    runDetails: { builder: { id: 'urn:kmend:builder:1', version: { kmend: inputs.kmend } } },
  })
}
