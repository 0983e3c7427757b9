import { type PatchRecord, type Policy, classifyLog, parseEarly } from '../../core/host/mod.ts'
import { beginJournal } from './begin-journal.ts'
import { note, writeJournal } from './host-store.ts'
import type { HostOutcome } from './outcome.ts'
import { PATHS, patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { finishPuttingIn } from './put-in.ts'
import { readCandidate } from './read-candidate.ts'
import { readKernel } from './read-kernel.ts'
import { takeBack } from './take-back.ts'
import { takeOut } from './take-out.ts'
import { isInMemory } from './unload.ts'
import { awaitByPolicy } from './transition.ts'

export interface TakenOver {
  /** The one of those wanted that it is; undefined when it is none, and was taken out. */
  readonly patch: PatchRecord | undefined
  readonly outcome: HostOutcome
}

/** What the initial RAM disk has loaded is checked and recorded, as if kmend had loaded it; what is not wanted is taken out. */
export async function takeOverEarly(wanted: readonly PatchRecord[], policy: Policy, ports: HostPorts): Promise<TakenOver[]> {
  const { files } = ports
  if (!(await files.exists(PATHS.early))) return []
  const taken: TakenOver[] = []
  for (const { name, fileSha256 } of parseEarly(await files.readText(PATHS.early))) {
    if (!ports.system.names(PATHS.livepatch).includes(name)) continue
    const patch = wanted.find((candidate) => candidate.name === name && candidate.fileSha256 === fileSha256 && !policy.hold.includes(name))
    taken.push({ patch, outcome: patch === undefined ? await reject(name, policy, ports) : await adopt(patch, policy, ports) })
  }
  // Once: what happens to them from now on is known.
  await files.remove(PATHS.early)
  return taken
}

async function adopt(patch: PatchRecord, policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const { name, release } = patch
  const { candidate } = await readCandidate(patchFolder(patch), release, ports)
  const functions = candidate.promise?.functions ?? null
  const journal = beginJournal({ act: 'restore', name, reason: 'loaded by the initial RAM disk', functions }, ports)
  await writeJournal(journal, ports)
  const findings = classifyLog(loggedWhileLoading(name, ports)).map(({ kind, line }) => `kernel log, ${kind}: ${line}`)
  if (findings.length > 0) return takeBack(journal, findings, policy, ports)
  const outcome = await finishPuttingIn(journal, policy, ports)
  return outcome.kind === 'applied' ? { ...outcome, notes: ['the initial RAM disk had loaded it', ...outcome.notes] } : outcome
}

/**
 * What the kernel has logged between the two lines of packaging/initramfs/load that enclose it; up to now where the second is missing. What drivers say
 * later in a boot is not put down to the live patch.
 */
function loggedWhileLoading(name: string, { system }: HostPorts): string {
  const lines = (system.log(0) ?? []).map(({ text }) => text)
  const start = lines.indexOf(`kmend: ${name}: loading`)
  const end = lines.indexOf(`kmend: ${name}: in force`)
  return start < 0 ? '' : lines.slice(start + 1, end < 0 ? undefined : end).join('\n')
}

/** Not accepted any more, or not wanted on this boot. */
async function reject(name: string, policy: Policy, ports: HostPorts): Promise<HostOutcome> {
  const reason = 'loaded by the initial RAM disk, and not wanted'
  await awaitByPolicy(policy, ports)
  const end = await takeOut(name, policy, ports)
  const outcome = end.kind === 'ended' ? 'done' : 'stalled'
  await note({ act: 'remove', patch: name, release: readKernel(ports.system).release, reason, outcome, detail: {} }, ports)
  if (end.kind === 'stalled') return { kind: 'stalled', name, ms: end.ms, tasks: end.tasks, left: 'waiting' }
  return { kind: 'removed', name, transitionMs: end.ms, isInMemory: isInMemory(name, ports), notes: [reason] }
}
