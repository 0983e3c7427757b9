import { findFile, parseAdvisory, readBundle, textOf } from '../../core/bundle/mod.ts'
import type { NewBundle } from '../../core/trust/mod.ts'
import type { RepoPorts } from './ports.ts'

/** What a publication needs to know of a bundle, with the highest base score of each CVE. Faults: bundle/damaged, and those of reading its manifest and module. */
export function describeBundle(bytes: Uint8Array, path: string, { sha256 }: Pick<RepoPorts, 'sha256'>): NewBundle {
  const { manifest, kind, title, isSigned, files } = readBundle(bytes, { file: path, digest: sha256 })
  const { cves } = parseAdvisory(textOf(findFile(files, 'advisory')), path)
  const scores = cves.map(({ id, cvss, knownExploited }) => ({
    id,
    cvss: cvss.length === 0 ? null : Math.max(...cvss.map(({ score }) => score)),
    knownExploited: knownExploited !== null,
  }))
  return { path, sha256: sha256(bytes), sizeBytes: bytes.length, manifest, kind, title, isSigned, scores }
}
