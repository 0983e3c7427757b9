import { checkIsOf, parseManifest, readLivepatchModule } from '../../core/bundle/mod.ts'
import { joinSignature, splitSignature } from '../../core/kernel/mod.ts'
import type { SignPorts } from './ports.ts'

export interface SignOutcome {
  /** Of the module. */
  readonly name: string
  readonly path: string
  readonly signer: string
  /** Of the file as it is now; the manifest has that of the module without its signature. */
  readonly fileSha256: string
  readonly sizeBytes: number
  /** Whether it had a signature, which is gone. */
  readonly wasSigned: boolean
}

/**
 * Signs the module of a live patch in its place: of an output folder of a build, or a module alone. A signature that it has is replaced. The manifest stays as it
 * is: it names the module without its signature. Faults: io/missing, elf/malformed, bundle/damaged, build/manifest, key/unusable.
 */
export async function signLivepatch(wanted: string, { files, digest, sign }: SignPorts): Promise<SignOutcome> {
  const isModule = wanted.endsWith('.ko')
  const manifestPath = `${wanted}/manifest.json`
  const manifest = isModule ? undefined : parseManifest(await files.readText(manifestPath), manifestPath)
  const path = manifest === undefined ? wanted : `${wanted}/${manifest.module.file}`
  const { content, signature } = splitSignature(await files.readBytes(path), path)
  const module = readLivepatchModule(content, path, digest)
  if (manifest !== undefined) checkIsOf(manifest, module, path)
  const { message, signer } = await sign(content)
  const signed = joinSignature(content, message)
  await files.write(path, signed)
  return { name: module.file.name, path, signer, fileSha256: digest(signed), sizeBytes: signed.length, wasSigned: signature !== undefined }
}
