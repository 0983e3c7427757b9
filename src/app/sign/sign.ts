import { checkIsOf, findFile, parseManifest, readBundle, readLivepatchModule, writeBundle } from '../../core/bundle/mod.ts'
import { joinSignature, splitSignature } from '../../core/kernel/mod.ts'
import type { SignPorts } from './ports.ts'

export interface SignOutcome {
  /** Of the module. */
  readonly name: string
  readonly path: string
  readonly signer: string
  /** Of the module or the bundle as it is now; the manifest has that of the module without its signature. */
  readonly fileSha256: string
  readonly sizeBytes: number
  /** Whether it had a signature, which is gone. */
  readonly wasSigned: boolean
}

/**
 * Signs a live patch in its place: a bundle, the output folder of a build, or a module alone. A signature that its module has is replaced. The manifest stays as
 * it is: it names the module without its signature. Faults: io/missing, elf/malformed, bundle/damaged, build/manifest, key/unusable.
 */
export async function signLivepatch(wanted: string, ports: SignPorts): Promise<SignOutcome> {
  return wanted.endsWith('.kmend') ? signBundle(wanted, ports) : signFile(wanted, ports)
}

async function signBundle(path: string, ports: SignPorts): Promise<SignOutcome> {
  const { files, digest } = ports
  const bundle = readBundle(await files.readBytes(path), { file: path, digest })
  const module = findFile(bundle.files, 'module')?.bytes ?? new Uint8Array(0)
  const { signed, signer } = await signModule(splitSignature(module, path).content, ports)
  const bytes = writeBundle(
    { ...bundle, files: bundle.files.map((file) => (file.role === 'module' ? { ...file, bytes: signed } : file)) },
    digest,
  )
  await files.write(path, bytes)
  return { name: bundle.manifest.name, path, signer, fileSha256: digest(bytes), sizeBytes: bytes.length, wasSigned: bundle.isSigned }
}

async function signFile(wanted: string, ports: SignPorts): Promise<SignOutcome> {
  const { files, digest } = ports
  const isModule = wanted.endsWith('.ko')
  const manifestPath = `${wanted}/manifest.json`
  const manifest = isModule ? undefined : parseManifest(await files.readText(manifestPath), manifestPath)
  const path = manifest === undefined ? wanted : `${wanted}/${manifest.module.file}`
  const { content, signature } = splitSignature(await files.readBytes(path), path)
  const module = readLivepatchModule(content, path, digest)
  if (manifest !== undefined) checkIsOf(manifest, module, path)
  const { signed, signer } = await signModule(content, ports)
  await files.write(path, signed)
  return { name: module.file.name, path, signer, fileSha256: digest(signed), sizeBytes: signed.length, wasSigned: signature !== undefined }
}

async function signModule(content: Uint8Array, { sign }: SignPorts): Promise<{ readonly signed: Uint8Array; readonly signer: string }> {
  const { message, signer } = await sign(content)
  return { signed: joinSignature(content, message), signer }
}
