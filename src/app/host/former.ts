import { type PatchRecord, findPatch, withPatch } from '../../core/host/mod.ts'
import { isSigned } from '../../core/kernel/mod.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import { patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { type ReadCandidate, findModule, keepCandidate } from './read-candidate.ts'

/** A live patch as this host keeps it, before it keeps another file of the same build. */
export interface Former {
  readonly patch: PatchRecord
  readonly path: string
  readonly module: Uint8Array
}

/** Undefined when nothing of that name is kept for that kernel, or its file is gone. */
export async function readFormer(wanted: Pick<PatchRecord, 'release' | 'name'>, ports: HostPorts): Promise<Former | undefined> {
  const patch = findPatch(await readRecord(ports), wanted)
  const path = patch === undefined ? undefined : await findModule(patchFolder(patch), ports.files)
  return patch === undefined || path === undefined ? undefined : { patch, path, module: await ports.files.readBytes(path) }
}

/** Keeps again what was kept before: its file, and what was known of it. */
export async function keepFormer({ patch, path, module }: Former, ports: HostPorts): Promise<void> {
  await ports.files.write(path, module)
  await writeRecord(withPatch(await readRecord(ports), patch), ports)
}

/** A build that is kept for a kernel was not signed, and is now: the next boot may ask for that. Whether the signature was taken over. */
export async function takeSignature(read: ReadCandidate, release: string, ports: HostPorts): Promise<boolean> {
  const { name, isSigned: isSignedNow, sha256, fileSha256 } = read.candidate
  const former = isSignedNow ? await readFormer({ release, name }, ports) : undefined
  if (former?.patch.sha256 !== sha256 || isSigned(former.module)) return false
  await keepCandidate(read, release, ports)
  await writeRecord(withPatch(await readRecord(ports), { ...former.patch, fileSha256 }), ports)
  await note({ act: 'apply', patch: name, release, reason: 'its signature is kept', outcome: 'done', detail: { fileSha256 } }, ports)
  return true
}
