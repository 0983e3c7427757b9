import { Fault } from '../../core/base/mod.ts'
import { type HistoryEntry, findPatch, leaveQuarantine, readHistory } from '../../core/host/mod.ts'
import { note, readRecord, writeRecord } from './host-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { withHost } from './session.ts'

export interface HistoryReport {
  readonly entries: readonly HistoryEntry[]
  /** What is wrong with the chain; empty when it is whole. */
  readonly findings: readonly string[]
}

/** What was done to this host's kernel. `known` is the digest of an entry that was seen elsewhere, in the system's log for one. */
export async function readHistoryOf(known: string | undefined, { files, digest }: HostPorts): Promise<HistoryReport> {
  const text = (await files.exists(PATHS.history)) ? await files.readText(PATHS.history) : ''
  const { entries, torn, findings } = readHistory(text, digest, known)
  return {
    entries,
    findings:
      torn === '' ? findings : [...findings, 'its last line is not whole: the power went, or the disk was full, while it was written'],
  }
}

/** Takes a live patch out of quarantine: a person has found out what happened. Faults: host/unknown. */
export async function releasePatch(name: string, reason: string, ports: HostPorts): Promise<void> {
  await withHost(ports, async () => {
    const { release } = readKernel(ports.system)
    const record = await readRecord(ports)
    const patch = findPatch(record, { release, name })
    if (patch?.standing.kind !== 'quarantined') {
      throw new Fault('host/unknown', `Cannot release ${name}: no live patch of that name is in quarantine for ${release}`, {
        try: 'kmend status lists those that are',
      })
    }
    await writeRecord(leaveQuarantine(record, patch, ports.nowMs()), ports)
    await note({ act: 'release', patch: name, release, reason, outcome: 'done', detail: {} }, ports)
  })
}
