import {
  type Advisory,
  type Bundle,
  type BundleKind,
  type BundleRole,
  type Digest,
  type Proof,
  findFile,
  parseAdvisory,
  parseProof,
  readBundle,
  textOf,
} from '../../core/bundle/mod.ts'
import type { BundlePorts } from './ports.ts'

/** What a bundle is, for who has to decide on it. */
export interface BundleSummary {
  readonly name: string
  readonly version: number
  readonly release: string
  readonly kind: BundleKind
  readonly title: string
  readonly isSigned: boolean
  readonly functions: readonly string[]
  readonly cves: Advisory['cves']
  readonly bugs: readonly string[]
  /** What was left out on purpose. */
  readonly notes: Bundle['manifest']['notes']
  /** Null without a proof. */
  readonly proof: Proof['result'] | null
  readonly files: readonly { readonly name: string; readonly role: BundleRole; readonly sizeBytes: number }[]
  readonly sizeBytes: number
  readonly sha256: string
}

/** Faults: io/missing, bundle/damaged, and those of reading manifest and module. */
export async function readSummary(path: string, { files, digest }: Pick<BundlePorts, 'files' | 'digest'>): Promise<BundleSummary> {
  return summarise(await files.readBytes(path), path, digest)
}

/** Reads it as a host would. */
export function summarise(bytes: Uint8Array, path: string, digest: Digest): BundleSummary {
  const { kind, title, manifest, isSigned, files } = readBundle(bytes, { file: path, digest })
  const { name, version = 1, kernel, objects, fixes, notes } = manifest
  const proof = findFile(files, 'proof')
  return {
    name,
    version,
    release: kernel.release,
    kind,
    title,
    isSigned,
    functions: objects.flatMap((object) => object.functions.map((func) => `${object.name}:${func.name}`)),
    cves: parseAdvisory(textOf(findFile(files, 'advisory')), path).cves,
    bugs: fixes.bugs,
    notes,
    proof: proof === undefined ? null : parseProof(textOf(proof), `${path}: ${proof.name}`).predicate.result,
    files: files.map((file) => ({ name: file.name, role: file.role, sizeBytes: file.bytes.length })),
    sizeBytes: bytes.length,
    sha256: digest(bytes),
  }
}
