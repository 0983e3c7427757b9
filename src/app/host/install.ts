import { Fault } from '../../core/base/mod.ts'
import { type PatchRecord, accept, findPatch, isBarred, setAside, withPatch } from '../../core/host/mod.ts'
import { findRetraction, takenBack } from './find-retraction.ts'
import { takeSignature } from './former.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import type { HostPorts } from './ports.ts'
import { keepCandidate, readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { removePatch } from './remove.ts'
import type { HostOutcome } from './outcome.ts'
import { withHost } from './session.ts'

export interface InstallRequest {
  /** The module, or the folder of a build. */
  readonly patch: string
  readonly release: string
  readonly reason: string | null
}

/**
 * Keeps a live patch and has it come back at boot of its kernel, without a trial: the person who asks vouches for it. It is not loaded now. Of one that is
 * installed without a signature, a signed copy is kept in its place.
 * Faults: host/other-kernel, host/namesake, trust/retracted, and those of readCandidate.
 */
export async function installPatch({ patch, release, reason }: InstallRequest, ports: HostPorts): Promise<PatchRecord> {
  return withHost(ports, async () => {
    const read = await readCandidate(patch, release, ports)
    const { name, sha256, fileSha256, promise } = read.candidate
    const wanted = promise?.release ?? read.candidate.release
    if (wanted !== release)
      throw new Fault('host/other-kernel', `Cannot install ${name}: it is for ${wanted}, not ${release}`, {
        try: `install it for ${wanted}`,
      })
    const record = await readRecord(ports)
    const known = findPatch(record, { release, name })
    if (known?.standing.kind === 'accepted') {
      if (await takeSignature(read, release, ports)) return { ...known, fileSha256 }
      throw new Fault('host/namesake', `Cannot install ${name}: it is installed already`, {
        try: `kmend kpatch uninstall ${name} takes it off`,
      })
    }
    if (known?.standing.kind === 'trial' && known.sha256 !== sha256)
      throw new Fault('host/namesake', `Cannot install ${name}: another live patch of that name is on trial`, {
        in: `${known.sha256}, not ${sha256}`,
        try: 'build it with another name: each version has its own',
      })
    if (known?.standing.kind === 'quarantined')
      throw new Fault('host/quarantined', `Cannot install ${name}: it is in quarantine here: ${known.standing.reason}`, {
        try: `find out what happened, then: kmend release ${name} --reason TEXT`,
      })
    const retracted = await findRetraction(read.candidate, ports)
    if (retracted !== undefined && isBarred({ retracted })) throw takenBack(name, retracted)
    await keepCandidate(read, release, ports)
    const nowMs = ports.nowMs()
    // The module of a live patch whose manifest this host has seen.
    const same = known?.sha256 === sha256 ? known : undefined
    const kept: PatchRecord = {
      name,
      version: promise?.version ?? same?.version ?? 0,
      release,
      buildId: promise?.buildId ?? same?.buildId ?? '',
      sha256,
      fileSha256,
      sinceMs: nowMs,
      package: null,
      standing: { kind: 'accepted', restoring: null },
      ...(retracted === undefined ? {} : { retracted }),
    }
    const after = withPatch(record, kept)
    // One of ours takes the place of all before it; a module without a manifest comes back beside the others.
    await writeRecord(kept.version === 0 ? after : accept(after, kept, nowMs), ports)
    await note({ act: 'install', patch: name, release, reason, outcome: 'done', detail: { sha256, fileSha256 } }, ports)
    return kept
  })
}

/** It does not come back at boot any more; what is loaded stays as it is. Faults: host/unknown. */
export async function uninstallPatch({ patch: name, release, reason }: InstallRequest, ports: HostPorts): Promise<void> {
  await withHost(ports, async () => {
    const record = await readRecord(ports)
    if (findPatch(record, { release, name })?.standing.kind !== 'accepted')
      throw new Fault('host/unknown', `Cannot uninstall ${name}: it is not installed for ${release}`, {
        try: 'kmend list shows what is kept',
      })
    await writeRecord(setAside(record, { release, name }, ports.nowMs()), ports)
    await note({ act: 'uninstall', patch: name, release, reason, outcome: 'done', detail: {} }, ports)
  })
}

/** Takes a live patch off for this boot, and its module out of memory where no task is in it: one that is accepted comes back at the next one. */
export async function unloadPatch(name: string, ports: HostPorts): Promise<HostOutcome> {
  const { release } = readKernel(ports.system)
  const before = findPatch(await readRecord(ports), { release, name })
  const outcome = await removePatch({ name, reason: null, unloads: true }, ports)
  if (before?.standing.kind === 'accepted' && outcome.kind === 'removed')
    await withHost(ports, async () => writeRecord(withPatch(await readRecord(ports), before), ports))
  return outcome
}
