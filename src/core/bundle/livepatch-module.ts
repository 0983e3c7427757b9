import { Fault } from '../base/mod.ts'
import { type ModuleFile, isSigned, modinfoValue, readModuleFile, splitSignature } from '../kernel/mod.ts'
import type { Manifest } from './manifest.ts'

export interface LivepatchModule {
  readonly file: ModuleFile
  readonly isSigned: boolean
  /** Of the module without its signature. */
  readonly sha256: string
}

/** SHA-256 in hex. */
export type Digest = (bytes: Uint8Array) => string

/** A module that can be a live patch. Faults: elf/malformed and others of `readModuleFile`. */
export function readLivepatchModule(bytes: Uint8Array, path: string, digest: Digest): LivepatchModule {
  const file = readModuleFile(bytes, path)
  if (!/^[\w-]{1,55}$/.test(file.name)) throw new Fault('elf/malformed', `Cannot use "${file.name}" as the name of a module`, { in: path })
  if (modinfoValue(file.modinfo, 'livepatch') !== 'Y')
    throw new Fault('elf/malformed', `Cannot use ${file.name} as a live patch: its .modinfo lacks livepatch=Y`, { in: path })
  return { file, isSigned: isSigned(bytes), sha256: digest(splitSignature(bytes, path).content) }
}

/** Whether it is the module that its manifest names. Faults: bundle/damaged. */
export function checkIsOf({ name, module }: Manifest, { file, sha256 }: LivepatchModule, path: string): void {
  if (file.name === name && sha256 === module.sha256) return
  throw new Fault('bundle/damaged', `Cannot use ${file.name}: the module is not the one that its manifest names`, {
    in: `${path}: ${sha256}, not ${module.sha256}`,
    try: 'fetch or build it again: the file was changed or damaged on its way',
  })
}
