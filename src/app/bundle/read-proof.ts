import { Fault, utf8FromBytes } from '../../core/base/mod.ts'
import { type BundleFile, type Manifest, parseProof } from '../../core/bundle/mod.ts'
import type { BundlePorts } from './ports.ts'

interface ProofQuestion {
  readonly folder: string
  readonly manifest: Manifest
  readonly mayBeUnproved: boolean
}

/** The proof of this very module; none where there may be none. One of another module says nothing of this one. Faults: bundle/incomplete, bundle/damaged. */
export async function readProof(question: ProofQuestion, { files }: Pick<BundlePorts, 'files'>): Promise<BundleFile[]> {
  const { folder, manifest, mayBeUnproved } = question
  const path = `${folder}/proof.json`
  const bytes = (await files.exists(path)) ? await files.readBytes(path) : undefined
  const proof = bytes === undefined ? undefined : parseProof(utf8FromBytes(bytes), path)
  const isOfIt = proof?.subject.some(({ digest }) => digest.sha256 === manifest.module.sha256) === true
  const isProved = isOfIt && proof?.predicate.result !== 'FAILED'
  if (!isProved && !mayBeUnproved) {
    const finding = proof === undefined ? 'nothing proves it' : isOfIt ? 'its proof failed' : 'its proof is that of another module'
    throw new Fault('bundle/incomplete', `Cannot make a bundle of ${manifest.name}: ${finding}`, {
      in: path,
      try: `kmend prove ${folder}, or --unproved to go without`,
    })
  }
  return bytes !== undefined && isOfIt ? [{ role: 'proof', name: 'proof.json', bytes }] : []
}
