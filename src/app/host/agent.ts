import { Fault } from '../../core/base/mod.ts'
import { type PatchRecord, type Policy, accept, endRestore, modeOf, quarantine } from '../../core/host/mod.ts'
import { announceEnd } from './announce-end.ts'
import { applyPackaged } from './apply-packaged.ts'
import { troublesSince } from './check-now.ts'
import { type FollowReport, follow } from './follow.ts'
import { runHooks } from './health.ts'
import { type ImageOutcome, makeImages } from './make-images.ts'
import { note, readRecord, writeRecord, writeRound } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'
import { withHost } from './session.ts'
import { takeOut } from './take-out.ts'

export interface AgentReport {
  /** What came of trials; empty when nothing did. */
  readonly acts: readonly { readonly name: string; readonly act: 'accepted' | 'quarantined'; readonly findings: readonly string[] }[]
  /** What came of a live patch that a package brought; null when none was due. */
  readonly applied: HostOutcome | null
  /** What came of the repository that this host follows; null when it follows none. */
  readonly followed: FollowReport | null
  /** Initial RAM disks that were to be made anew, and what came of each. */
  readonly images: readonly ImageOutcome[]
  /** The end of this kernel's live patches, where a step towards it was passed; null when there is nothing new to be said of it. */
  readonly announced: string | null
}

const NOTHING: AgentReport = { acts: [], applied: null, followed: null, images: [], announced: null }

/**
 * What runs every few minutes: ends what was cut short, watches what is on trial, accepts it when its time has passed, takes it back when there is trouble,
 * applies what a package has brought for this kernel, does what the repository asks for that this host follows, has the initial RAM disks follow, and announces the end
 * of this kernel's live patches.
 */
export async function runAgent(ports: HostPorts): Promise<AgentReport> {
  if (modeOf(readKernel(ports.system)) === 'off') return NOTHING
  try {
    const round = await runRound(ports)
    const report = { ...round, images: await makeImages(ports), announced: await announceEnd(ports) }
    await writeRound({ atMs: ports.nowMs(), error: whatFailed(report) }, ports)
    return report
  } catch (error) {
    // Whoever is not root, or finds another at work, has not begun a round.
    if (error instanceof Fault && error.code !== 'host/not-root' && error.code !== 'host/locked')
      await writeRound({ atMs: ports.nowMs(), error: error.message }, ports).catch(() => {})
    throw error
  }
}

async function runRound(ports: HostPorts): Promise<Omit<AgentReport, 'images' | 'announced'>> {
  const watched = await withHost(ports, async (policy) => {
    const record = await readRecord(ports)
    const settled = endRestore(record)
    if (JSON.stringify(settled) !== JSON.stringify(record)) await writeRecord(settled, ports)
    const { release, bootId, livepatch, uptimeMs } = readKernel(ports.system)
    const acts: AgentReport['acts'][number][] = []
    for (const patch of settled.patches) {
      if (patch.standing.kind !== 'trial' || patch.release !== release || patch.standing.bootId !== bootId) continue
      if (livepatch?.patches.some(({ name, isEnabled, isInTransition }) => name === patch.name && isEnabled && !isInTransition) !== true)
        continue
      const act = await watch(patch, { logStart: patch.standing.logStart, ageMs: uptimeMs - patch.standing.uptimeMs }, policy, ports)
      if (act !== undefined) acts.push(act)
    }
    return { acts, applied: (await applyPackaged(policy, ports)) ?? null }
  })
  return { ...watched, followed: await follow(ports) }
}

function whatFailed({ applied, followed, images }: AgentReport): string | null {
  const refusals = [applied, followed?.outcome ?? null].flatMap((outcome) => (outcome?.kind === 'refused' ? outcome.faults : []))
  const failed = [
    // Others at work are no failure.
    ...[...refusals, ...(followed?.faults ?? [])].flatMap(({ code, message }) => (code === 'host/locked' ? [] : [message])),
    ...images.flatMap(({ release, said }) => (said === null ? [] : [`Cannot make the initial RAM disk of ${release} anew: ${said}`])),
  ]
  return failed.length === 0 ? null : failed.join('; ')
}

async function watch(
  patch: PatchRecord,
  { logStart, ageMs }: { readonly logStart: number; readonly ageMs: number },
  policy: Policy,
  ports: HostPorts,
): Promise<AgentReport['acts'][number] | undefined> {
  const { name, release } = patch
  const ill = await runHooks('after', name, policy, ports)
  const findings = [...troublesSince(logStart, ports), ...ill.map(({ hook, text }) => `the check ${hook} fails: ${text}`)]
  if (findings.length > 0) {
    await writeRecord(quarantine(await readRecord(ports), patch, findings.join('; '), ports.nowMs()), ports)
    await takeOut(name, policy, ports)
    await note({ act: 'quarantine', patch: name, release, reason: null, outcome: 'undone', detail: { findings } }, ports)
    return { name, act: 'quarantined', findings }
  }
  if (ageMs < policy.trial.timeMs) return undefined
  await writeRecord(accept(await readRecord(ports), patch, ports.nowMs()), ports)
  await note({ act: 'accept', patch: name, release, reason: null, outcome: 'done', detail: { trialMs: policy.trial.timeMs } }, ports)
  return { name, act: 'accepted', findings: [] }
}
