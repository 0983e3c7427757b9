import { bytesFromUtf8 } from '../../core/base/mod.ts'
import { makeAdvisory } from '../../core/advisory/mod.ts'
import { type BundleFile, type BundleKind, formatAdvisory, suggestKind, suggestTitle, writeBundle } from '../../core/bundle/mod.ts'
import { originFiles, readBuilt } from './built.ts'
import type { BundlePorts } from './ports.ts'
import { readProof } from './read-proof.ts'
import { type BundleSummary, summarise } from './summary.ts'

export interface BundleRequest {
  /** That a build wrote. */
  readonly folder: string
  /** File; undefined for the live patch's name below the working folder. */
  readonly output: string | undefined
  /** Undefined for what the manifest suggests. */
  readonly kind: BundleKind | undefined
  readonly title: string | undefined
  /** Whether it may go without a proof that it works. */
  readonly mayBeUnproved: boolean
  /** Folder. */
  readonly cveRecords: string | undefined
}

export interface MadeBundle extends BundleSummary {
  readonly path: string
}

/**
 * Makes a bundle of what a build left in its folder, and of what proved it. Faults: bundle/incomplete, bundle/damaged, build/manifest, elf/malformed,
 * usage/cve-records.
 */
export async function makeBundle(request: BundleRequest, ports: BundlePorts): Promise<MadeBundle> {
  const { folder } = request
  const { files, digest } = ports
  const built = await readBuilt(folder, ports)
  const { manifest } = built
  const proof = await readProof({ folder, manifest, mayBeUnproved: request.mayBeUnproved }, ports)
  const records = request.cveRecords === undefined ? [] : (await ports.readCveRecords(request.cveRecords)).records
  const { kind = suggestKind(manifest), title = suggestTitle(manifest) } = request
  const advisory = formatAdvisory(makeAdvisory(manifest, title, records))
  const advisoryFile: BundleFile = { role: 'advisory', name: 'advisory.json', bytes: bytesFromUtf8(advisory) }
  const all = [...built.files, ...proof, ...originFiles(built, ports), advisoryFile]
  const bytes = writeBundle({ kind, title, manifest, files: all }, digest)
  const path = request.output ?? `${manifest.name}.kmend`
  const summary = summarise(bytes, path, digest)
  await files.write(path, bytes)
  return { ...summary, path }
}
