import { Fault } from '../../core/base/mod.ts'
import { type PendingFix, inForce, pendingFixes } from '../../core/host/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import { needFollowed, readFollowing } from './following-store.ts'
import { readRecord } from './host-store.ts'
import { PATHS } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'

export interface UpdatesReport {
  /** When the publisher put together what is known of this kernel; null when nothing is. */
  readonly asOfMs: number | null
  readonly fixes: readonly PendingFix[]
}

/** What is known to be wrong with the running kernel and not fixed in it now, as of the last check. Faults: host/not-root, host/no-repository, data/vulnerabilities. */
export async function listUpdates(ports: HostPorts): Promise<UpdatesReport> {
  const { actor, files, system } = ports
  if (actor.uid !== 0)
    throw new Fault('host/not-root', 'Cannot list what is wrong with this kernel: only root may read what this host keeps', {
      try: 'run the same command with sudo',
    })
  await needFollowed(ports)
  const nothing = { asOfMs: null, fixes: [] }
  if (!(await files.exists(PATHS.vulnerabilities))) return nothing
  const data = parseVulnerabilities(await files.readText(PATHS.vulnerabilities), PATHS.vulnerabilities)
  const { release, livepatch } = readKernel(system)
  if (data.release !== release) return nothing
  const current = inForce(livepatch?.patches ?? [], await readRecord(ports), release)
  const { offers } = await readFollowing(ports)
  return { asOfMs: data.asOfMs, fixes: pendingFixes(data, { version: current?.version ?? 0, offers }) }
}
