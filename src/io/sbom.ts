import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library'
import type { Inventory, Part } from '../core/origin/mod.ts'

/** CycloneDX in JSON, with no serial number and no time: the same parts give the same bytes. */
export function formatSbom({ module, parts }: Inventory): string {
  const component = componentOf(module, Enums.ComponentType.Library, 'module')
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component }) })
  // References of their own: where two are the same, the library makes them differ by chance.
  for (const [index, part] of parts.entries()) {
    const type = part.purl === undefined ? Enums.ComponentType.File : Enums.ComponentType.Library
    const found = componentOf(part, type, `part-${index + 1}`)
    bom.components.add(found)
    component.dependencies.add(found.bomRef)
  }
  const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6)
  return `${new Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 })}\n`
}

function componentOf({ name, version, purl, sha256 }: Part, type: Enums.ComponentType, bomRef: string): Models.Component {
  const hashes = new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]])
  return new Models.Component(type, name, { bomRef, hashes, version, purl })
}
