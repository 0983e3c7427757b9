import { findFile, readBundle, textOf } from '../../core/bundle/mod.ts'
import type { NewBundle } from '../../core/trust/mod.ts'
import type { RepoPorts } from './ports.ts'

/** What a publication needs to know of a bundle. Faults: bundle/damaged, and those of reading its manifest and module. */
export function describeBundle(bytes: Uint8Array, path: string, { sha256 }: Pick<RepoPorts, 'sha256'>): NewBundle {
  const { manifest, kind, title, isSigned, files } = readBundle(bytes, { file: path, digest: sha256 })
  const scores = readScores(textOf(findFile(files, 'advisory')) ?? '')
  return { path, sha256: sha256(bytes), sizeBytes: bytes.length, manifest, kind, title, isSigned, scores }
}

interface Advisory {
  readonly cves?: readonly {
    readonly id: string
    readonly cvss?: readonly { readonly score: number }[]
    readonly knownExploited?: unknown
  }[]
}

/** The highest base score of each CVE. An advisory that is of no known form says nothing of any. */
function readScores(text: string): NewBundle['scores'] {
  try {
    const { cves = [] } = JSON.parse(text) as Advisory
    return cves.map(({ id, cvss = [], knownExploited = null }) => ({
      id,
      cvss: cvss.length === 0 ? null : Math.max(...cvss.map(({ score }) => score)),
      knownExploited: knownExploited !== null && knownExploited !== false,
    }))
  } catch {
    return []
  }
}
