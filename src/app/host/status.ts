import { type Manifest, parseManifest } from '../../core/bundle/mod.ts'
import {
  type BlockingTask,
  type HostRecord,
  type KernelFacts,
  type PatchRecord,
  type PatchState,
  findPatch,
  modeOf,
} from '../../core/host/mod.ts'
import { modinfoValue, parseModinfo } from '../../core/kernel/mod.ts'
import { findBlocking } from './blocking.ts'
import { readJournal, readRecord } from './host-store.ts'
import { patchFolder } from './paths.ts'
import type { HostPorts } from './ports.ts'
import { readKernel } from './read-kernel.ts'

export interface HostStatus {
  readonly kernel: { readonly release: string; readonly version: string; readonly buildId: string | null; readonly machine: string }
  /** Why no live patch can be applied here; empty when they can. */
  readonly impossible: readonly string[]
  readonly state: HostState
  readonly patches: readonly HostPatch[]
  /** CVEs and defects that the live patches in force fix. */
  readonly fixes: { readonly cves: readonly string[]; readonly bugs: readonly string[] }
  /** Live patches that this host keeps for the running kernel and that are not in force, with why. */
  readonly waiting: readonly { readonly name: string; readonly version: number; readonly why: string }[]
  /** A kernel that is installed and newer than the running one; null when there is none. */
  readonly rebootFor: string | null
  /** What a run that was killed had begun; the next one that changes anything finishes it. */
  readonly interrupted: string | null
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
  } | null
  readonly cves: readonly string[]
  readonly bugs: readonly string[]
  readonly objects: PatchState['objects']
  /** What its module says of itself: description, version, author, as far as modinfo finds it. */
  readonly modinfo: Readonly<Record<string, string>>
}

/** What live patching does on this host now. Anyone may ask; what only root may read is left out. */
export async function readStatus(ports: HostPorts): Promise<HostStatus> {
  const facts = readKernel(ports.system)
  const record = await recordOrNone(ports)
  const patches = await Promise.all((facts.livepatch?.patches ?? []).map((patch) => describe(patch, facts, record, ports)))
  const inForce = patches.filter(({ isEnabled }) => isEnabled)
  const { release, version, buildId, machine } = facts
  return {
    kernel: { release, version, buildId: buildId ?? null, machine },
    impossible: whyImpossible(facts),
    state: stateOf(facts, ports),
    patches,
    fixes: { cves: unique(inForce.flatMap(({ cves }) => cves)), bugs: unique(inForce.flatMap(({ bugs }) => bugs)) },
    waiting: waitingIn(record, facts),
    rebootFor: null,
    interrupted: ports.actor.uid === 0 ? ((await readJournal(ports))?.name ?? null) : null,
  }
}

/** The tasks that hold the transition. */
export function readBlocking({ system }: HostPorts): { readonly patch: string | undefined; readonly tasks: readonly BlockingTask[] } {
  const livepatch = readKernel(system).livepatch
  const patch = livepatch?.patches.find(({ isInTransition }) => isInTransition)?.name
  return { patch, tasks: livepatch === undefined ? [] : findBlocking(system, livepatch) }
}

function whyImpossible(facts: KernelFacts): string[] {
  return [
    ...(facts.livepatch === undefined ? [`the kernel ${facts.release} has no live patching (there is no /sys/kernel/livepatch)`] : []),
    ...(modeOf(facts) === 'on' ? [] : [`the kernel command line says kmend.mode=${modeOf(facts)}`]),
  ]
}

function stateOf({ livepatch, uptimeMs }: KernelFacts, { system, actor }: HostPorts): HostState {
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

async function describe(patch: PatchState, { release }: KernelFacts, record: HostRecord, ports: HostPorts): Promise<HostPatch> {
  const known = findPatch(record, { release, name: patch.name })
  const manifest = known === undefined ? undefined : await manifestOf(known, ports)
  const modinfo = parseModinfo(new TextEncoder().encode((await ports.modules.info(patch.name)) ?? ''))
  const told = ['description', 'version', 'author', 'license', 'srcversion'].flatMap((key) => {
    const value = modinfoValue(modinfo, key)
    return value === undefined ? [] : [[key, value] as const]
  })
  return {
    ...patch,
    ours:
      known === undefined
        ? null
        : { version: known.version, standing: known.standing.kind, sinceMs: known.sinceMs, package: known.package },
    cves: manifest?.fixes.cves ?? [],
    bugs: manifest?.fixes.bugs ?? [],
    modinfo: Object.fromEntries(told),
  }
}

async function manifestOf(patch: PatchRecord, { files }: HostPorts): Promise<Manifest | undefined> {
  const path = `${patchFolder(patch)}/manifest.json`
  return (await files.exists(path)) ? parseManifest(await files.readText(path), path) : undefined
}

function waitingIn({ patches }: HostRecord, { release, livepatch }: KernelFacts): HostStatus['waiting'] {
  const loaded = new Set((livepatch?.patches ?? []).map(({ name }) => name))
  return patches
    .filter((patch) => patch.release === release && !loaded.has(patch.name))
    .map(({ name, version, standing }) => ({
      name,
      version,
      why: standing.kind === 'quarantined' ? `in quarantine: ${standing.reason}` : standing.kind,
    }))
}

/** Only root may read what this host keeps. */
async function recordOrNone(ports: HostPorts): Promise<HostRecord> {
  return ports.actor.uid === 0 ? readRecord(ports) : { schema: 'kmend/host/1', patches: [], cleanBootId: null }
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted()
}
