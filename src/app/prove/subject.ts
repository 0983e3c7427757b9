import { type Manifest, parseManifest } from '../../core/bundle/mod.ts'
import { Fault } from '../../core/base/mod.ts'
import { type ModuleFile, modinfoValue, readModuleFile, splitSignature } from '../../core/kernel/mod.ts'
import type { KernelPorts } from '../kernel/mod.ts'

/** A live patch to prove: its module, and what its manifest promises if there is one. */
export interface Subject {
  readonly name: string
  readonly path: string
  readonly bytes: Uint8Array
  readonly release: string
  readonly manifest: Manifest | undefined
  /** Where its proof goes: beside its manifest; undefined when it has none. */
  readonly proofPath: string | undefined
  /** The module that it patches, when that is none of the kernel's own. */
  readonly external: { readonly name: string; readonly bytes: Uint8Array } | undefined
}

export interface SubjectPorts {
  readonly files: KernelPorts['files']
  /** SHA-256 in hex. */
  readonly digest: (bytes: Uint8Array) => string
}

/** From a folder that kmend build wrote, or a module alone (another builder's, too). Faults: io/missing, build/manifest, elf/malformed. */
export async function readSubject(path: string, { files, digest }: SubjectPorts): Promise<Subject> {
  const isModule = path.endsWith('.ko')
  const folder = isModule ? path.replace(/[^/]*$/, '').replace(/\/$/, '') || '.' : path
  const manifestPath = `${folder}/manifest.json`
  const hasManifest = await files.exists(manifestPath)
  if (!isModule && !hasManifest) {
    throw new Fault('io/missing', `Cannot prove ${path}: it is no .ko file and holds no manifest.json`, {
      in: path,
      try: 'give the output folder of kmend build, or a livepatch module',
    })
  }
  const manifest = hasManifest ? parseManifest(await files.readText(manifestPath), manifestPath) : undefined
  const modulePath = isModule ? path : `${folder}/${manifest?.module.file ?? ''}`
  const bytes = await files.readBytes(modulePath)
  const module = readModuleFile(bytes, modulePath)
  checkModule(module, modulePath)
  const own = manifest?.name === module.name ? manifest : undefined
  if (own !== undefined && digest(splitSignature(bytes, modulePath).content) !== own.module.sha256) {
    throw new Fault('build/manifest', `Cannot prove ${module.name}: the module is not the one that its manifest names by digest`, {
      in: modulePath,
      try: 'build the live patch again; what is proved must be what is shipped',
    })
  }
  return {
    name: module.name,
    path: modulePath,
    bytes,
    release: module.vermagic.split(' ')[0] ?? '',
    manifest: own,
    proofPath: own === undefined ? undefined : `${folder}/proof.json`,
    external: await readExternal(own, folder, { files, digest }),
  }
}

/** The module that lies beside the live patch because the kernel has none such. Faults: build/manifest, io/missing. */
async function readExternal(manifest: Manifest | undefined, folder: string, { files, digest }: SubjectPorts): Promise<Subject['external']> {
  if (manifest?.external === undefined) return undefined
  const { name, file, sha256 } = manifest.external
  const path = `${folder}/${file}`
  const bytes = await files.readBytes(path)
  if (digest(bytes) === sha256) return { name, bytes }
  throw new Fault('build/manifest', `Cannot prove ${manifest.name}: the module ${name} is not the one that its manifest names by digest`, {
    in: path,
    try: 'build the live patch again, for the module as it is now',
  })
}

/** `object:function,sympos` as sysfs will name them: there, a name without namesakes has 1. Undefined when nothing is promised. */
export function promisedFunctions({ manifest }: Subject): string[] | undefined {
  return manifest?.objects.flatMap(({ name, functions }) => functions.map((func) => `${name}:${func.name},${func.sympos || 1}`))
}

/** Modules of the kernel that it patches, as far as its manifest says. */
export function targetModules({ manifest }: Subject): string[] {
  return (manifest?.objects ?? []).map(({ name }) => name).filter((name) => name !== 'vmlinux')
}

function checkModule(module: ModuleFile, path: string): void {
  if (modinfoValue(module.modinfo, 'livepatch') === 'Y') return
  throw new Fault('elf/malformed', `Cannot prove ${module.name}: it is no livepatch module (its .modinfo lacks livepatch=Y)`, { in: path })
}
