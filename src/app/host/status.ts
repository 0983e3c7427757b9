import { Fault } from '../../core/base/mod.ts'
import { type Manifest, parseManifest } from '../../core/bundle/mod.ts'
import {
  type BlockingTask,
  type Coverage,
  EMPTY_RECORD,
  type HostRecord,
  type Journal,
  type KernelChoice,
  type KernelFacts,
  type PackagedPatch,
  type PastTrouble,
  type PatchRecord,
  type PatchState,
  type Round,
  type Witnesses,
  coverageOf,
  findPatch,
  lastTrouble,
  modeOf,
  newerKernel,
  packageVersionIn,
} from '../../core/host/mod.ts'
import { compareDebianVersions, modinfoValue, parseModinfo } from '../../core/kernel/mod.ts'
import { findBlocking } from './blocking.ts'
import type { FollowingReport } from './enable.ts'
import { findDue } from './find-due.ts'
import { NO_PLAN, planNow } from './follow.ts'
import { readFollowed, readFollowing } from './following-store.ts'
import { readHistoryOf } from './history.ts'
import { readJournal, readRecord, readRound } from './host-store.ts'
import { readInstalledKernels } from './installed-kernels.ts'
import { readLifecycle } from './lifecycle.ts'
import { whyNot } from './list.ts'
import { PATHS, patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readCoveredLonger } from './read-catalogue.ts'
import { readKernel, readLivepatch } from './read-kernel.ts'
import { readPolicy } from './session.ts'

export interface HostStatus {
  readonly kernel: {
    readonly release: string
    readonly version: string
    /** Of the distribution's package; null when the kernel does not say. */
    readonly packageVersion: string | null
    readonly buildId: string | null
    readonly machine: string
  }
  /** Why no live patch can be applied here; empty when they can. */
  readonly impossible: readonly string[]
  readonly state: HostState
  readonly patches: readonly HostPatch[]
  /** CVEs and defects that the live patches in force fix. */
  readonly fixes: { readonly cves: readonly string[]; readonly bugs: readonly string[] }
  /** The source version whose fixes are live, as far as they can be; null when no live patch in force was made of a whole update. */
  readonly level: string | null
  /** Live patches for the running kernel that are here and not in force, with why. */
  readonly waiting: readonly { readonly name: string; readonly version: number; readonly why: string }[]
  readonly coverage: Coverage
  /** Where its end is announced: kernels on offer that get live patches for longer, the longest first. */
  readonly coveredLonger: readonly KernelChoice[]
  /** A kernel that is installed and newer than the running one; null when there is none. */
  readonly rebootFor: { readonly release: string; readonly packageVersion: string | null } | null
  /** The repository that this host follows; null when it follows none. */
  readonly following: HostFollowing | null
  /** What a run that was killed had begun; the next one that changes anything finishes it. */
  readonly interrupted: string | null
  /** The last round of the unattended agent on this boot; null when there was none. */
  readonly lastRound: Omit<Round, 'schema'> | null
  /** The last act that did not come to its end as wished; null when all went well since. */
  readonly lastError: PastTrouble | null
}

export interface HostFollowing {
  readonly url: string
  readonly tier: string
  readonly isCarried: boolean
  /** Who has to have seen what goes in; null when nobody is demanded. */
  readonly witnesses: Witnesses | null
  /** What only root may read; null for others. */
  readonly known: Omit<FollowingReport, 'followed'> | null
}

export type HostState =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'in_progress'
      readonly patch: string
      readonly toward: 'patched' | 'unpatched'
      readonly forMs: number | null
      readonly tasks: number | null
    }

export interface HostPatch {
  readonly name: string
  readonly isEnabled: boolean
  readonly isInTransition: boolean
  /** Undefined for one that kmend did not apply. */
  readonly ours: {
    readonly version: number
    readonly standing: PatchRecord['standing']['kind']
    readonly sinceMs: number
    readonly package: string | null
    /** Why its publisher has taken it back; null when it has not. */
    readonly retracted: string | null
    /** Why an administrator has it run all the same; null where nobody has said so. */
    readonly retractionAccepted: string | null
  } | null
  readonly cves: readonly string[]
  readonly bugs: readonly string[]
  readonly objects: PatchState['objects']
  /** What its module says of itself: description, version, author, as far as modinfo finds it. */
  readonly modinfo: Readonly<Record<string, string>>
}

/** What live patching does on this host now. Anyone may ask; what only root may read is left out. */
export async function readStatus(ports: HostPorts, facts: KernelFacts = readKernel(ports.system)): Promise<HostStatus> {
  const record = await recordOrNone(ports)
  const details = await Promise.all((facts.livepatch?.patches ?? []).map((patch) => describe(patch, facts, record, ports)))
  const patches = details.map(({ patch }) => patch)
  const inForce = patches.filter(({ isEnabled }) => isEnabled)
  const { release, version, buildId, machine } = facts
  const running = { release, packageVersion: packageVersionIn(version) }
  const newer = newerKernel(running, readInstalledKernels(ports.system))
  const { lifecycle } = await readLifecycle(ports)
  const coverage = coverageOf(running, lifecycle, ports.nowMs())
  return {
    kernel: { release, version, packageVersion: running.packageVersion ?? null, buildId: buildId ?? null, machine },
    impossible: whyImpossible(facts),
    state: stateOf(facts, ports),
    patches,
    fixes: { cves: unique(inForce.flatMap(({ cves }) => cves)), bugs: unique(inForce.flatMap(({ bugs }) => bugs)) },
    level: levelOf(details.flatMap(({ patch, manifest }) => (patch.isEnabled && manifest !== undefined ? [manifest] : []))),
    waiting: await waitingIn(record, facts, ports),
    coverage,
    coveredLonger: isRoot(ports) ? await readCoveredLonger(coverage, ports) : [],
    rebootFor: newer === undefined ? null : { release: newer.release, packageVersion: newer.packageVersion ?? null },
    following: await followingOf(ports),
    interrupted: (await interruptedAct(ports))?.name ?? null,
    lastRound: await readRound(ports),
    lastError: isRoot(ports) ? (lastTrouble((await readHistoryOf(undefined, ports)).entries) ?? null) : null,
  }
}

/** The tasks that hold the transition. */
export function readBlocking({ system }: HostPorts): { readonly patch: string | undefined; readonly tasks: readonly BlockingTask[] } {
  const livepatch = readLivepatch(system)
  const patch = livepatch?.patches.find(({ isInTransition }) => isInTransition)?.name
  return { patch, tasks: livepatch === undefined ? [] : findBlocking(system, livepatch) }
}

/** The journal of an act that no living process is about any more. */
export async function interruptedAct(ports: HostPorts): Promise<Journal | undefined> {
  if (!isRoot(ports) || ports.isLocked(PATHS.lock)) return undefined
  return readJournal(ports)
}

/** The highest source version among live patches that were made of whole updates. */
function levelOf(manifests: readonly Manifest[]): string | null {
  return (
    manifests
      .flatMap(({ update }) => update?.to ?? [])
      .toSorted(compareDebianVersions)
      .at(-1) ?? null
  )
}

/** Why live patching does not work on this boot; empty when it does. */
export function whyImpossible(facts: KernelFacts): string[] {
  return [
    ...(facts.livepatch === undefined ? [`the kernel ${facts.release} has no live patching (there is no /sys/kernel/livepatch)`] : []),
    ...(modeOf(facts) === 'on' ? [] : [`the kernel command line says kmend.mode=${modeOf(facts)}`]),
  ]
}

export function stateOf({ livepatch, uptimeMs }: KernelFacts, { system, actor }: HostPorts): HostState {
  const moving = livepatch?.patches.find(({ isInTransition }) => isInTransition)
  if (livepatch === undefined || moving === undefined) return { kind: 'ready' }
  const began = (system.log(0) ?? []).findLast(({ text }) => text.includes(`'${moving.name}': starting`))
  return {
    kind: 'in_progress',
    patch: moving.name,
    toward: moving.isEnabled ? 'patched' : 'unpatched',
    forMs: began === undefined ? null : Math.max(0, uptimeMs - began.timeMs),
    tasks: actor.uid === 0 ? findBlocking(system, livepatch).length : null,
  }
}

async function describe(
  patch: PatchState,
  { release }: KernelFacts,
  record: HostRecord,
  ports: HostPorts,
): Promise<{ readonly patch: HostPatch; readonly manifest: Manifest | undefined }> {
  const known = findPatch(record, { release, name: patch.name })
  const manifest = known === undefined ? undefined : await manifestOf(known, ports)
  const modinfo = parseModinfo(new TextEncoder().encode((await ports.modules.info(patch.name)) ?? ''))
  const told = ['description', 'version', 'author', 'license', 'srcversion'].flatMap((key) => {
    const value = modinfoValue(modinfo, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  const described = {
    ...patch,
    ours: known === undefined ? null : oursOf(known),
    cves: manifest?.fixes.cves ?? [],
    bugs: manifest?.fixes.bugs ?? [],
    modinfo: Object.fromEntries(told),
  }
  return { patch: described, manifest }
}

function oursOf({ version, standing, sinceMs, package: owner, retracted }: PatchRecord): NonNullable<HostPatch['ours']> {
  const { reason = null, accepted } = retracted ?? {}
  return { version, standing: standing.kind, sinceMs, package: owner, retracted: reason, retractionAccepted: accepted?.reason ?? null }
}

async function manifestOf(patch: PatchRecord, { files }: HostPorts): Promise<Manifest | undefined> {
  const path = `${patchFolder(patch)}/manifest.json`
  return (await files.exists(path)) ? parseManifest(await files.readText(path), path) : undefined
}

async function waitingIn(record: HostRecord, facts: KernelFacts, ports: HostPorts): Promise<HostStatus['waiting']> {
  const loaded = new Set((facts.livepatch?.patches ?? []).map(({ name }) => name))
  const due = await dueHere(record, facts, ports)
  const kept = record.patches
    .filter(({ release, name }) => release === facts.release && !loaded.has(name) && name !== due?.name)
    .map((patch) => {
      const { name, version, standing } = patch
      return {
        name,
        version,
        why: standing.kind === 'quarantined' ? `in quarantine: ${standing.reason}` : (whyNot(patch) ?? standing.kind),
      }
    })
  return due === undefined
    ? kept
    : [{ name: due.name, version: due.version, why: 'a package has brought it, and it is not applied yet' }, ...kept]
}

/** With a policy or a package that cannot be read the agent does nothing, and its own line says so. */
async function dueHere(record: HostRecord, facts: KernelFacts, ports: HostPorts): Promise<PackagedPatch | undefined> {
  if (!isRoot(ports)) return undefined
  try {
    return await findDue(facts, record, await readPolicy(ports), ports)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

async function followingOf(ports: HostPorts): Promise<HostFollowing | null> {
  const followed = await readFollowed(ports)
  if (followed === undefined) return null
  const { url, tier, isCarried, witnesses = null } = followed
  const told = { url, tier, isCarried, witnesses }
  if (!isRoot(ports)) return { ...told, known: null }
  try {
    const { checkedMs, validUntilMs, error } = await readFollowing(ports)
    return { ...told, known: { checkedMs, validUntilMs, error, plan: await planNow(await readPolicy(ports), ports) } }
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'host/state')) throw error
    return { ...told, known: { checkedMs: null, validUntilMs: null, error: error.message, plan: NO_PLAN } }
  }
}

/** Only root may read what this host keeps. */
async function recordOrNone(ports: HostPorts): Promise<HostRecord> {
  return isRoot(ports) ? readRecord(ports) : EMPTY_RECORD
}

function isRoot({ actor }: Pick<HostPorts, 'actor'>): boolean {
  return actor.uid === 0
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted()
}
