import {
  type Check,
  Fault,
  findWrong,
  hasForm,
  isBoolean,
  isCount,
  isRecord,
  isText,
  isTexts,
  isTimeMs,
  listOf,
  orAbsent,
  orNull,
  parseJson,
} from '../base/mod.ts'
import { type Retraction, isPathPart } from '../trust/mod.ts'

/** What kmend keeps about the live patches of a host: docs/formats/host-state.md. */
export interface HostRecord {
  readonly schema: typeof HOST_RECORD_SCHEMA
  readonly patches: readonly PatchRecord[]
  /** The boot in which the last clean shutdown was announced. */
  readonly cleanBootId: string | null
  /** What initial RAM disks were last made with; absent before the first. */
  readonly images?: readonly ImageRecord[]
  /** Of the end of live patches: what was announced last; absent before the first time. */
  readonly announced?: Announced
}

export interface Announced {
  readonly release: string
  /** The last day. */
  readonly until: string
  /** Days before it; 0 once they have ended. */
  readonly step: number
}

/** The initial RAM disk of one kernel, as kmend last had it made. */
export interface ImageRecord {
  readonly release: string
  /** Digests of the modules in it. */
  readonly modules: readonly string[]
  /** When making it failed: milliseconds since the epoch. */
  readonly failedMs: number | null
}

/** One live patch that this host has been given; a release and a name tell it from others. */
export interface PatchRecord {
  readonly name: string
  /** 0 for a module without a manifest: it takes the place of none, and several can come back at boot. */
  readonly version: number
  readonly release: string
  /** Of the kernel, in hex; empty for a module that does not say. */
  readonly buildId: string
  /** Of the module without its signature, as in its manifest: which build it is. */
  readonly sha256: string
  /** Of its file as it is kept. */
  readonly fileSha256: string
  readonly standing: Standing
  /** Milliseconds since the epoch. */
  readonly sinceMs: number
  /** The distribution's package that brought it. */
  readonly package: string | null
  /** Its publisher has taken it back, as this host was told: whatever it follows since, it is not loaded again, unless an administrator accepts that. */
  readonly retracted?: HeardRetraction
}

/** What a host was told of a live patch having been taken back. */
export interface HeardRetraction extends Retraction {
  /** An administrator has it run all the same. */
  readonly accepted?: { readonly atMs: number; readonly reason: string }
}

export type Standing =
  /** Kept, not wanted: taken off, or replaced by a later one. `cutShort`: a reboot ended its trial, and nobody has decided about it since. */
  | { readonly kind: 'kept'; readonly wasAccepted: boolean; readonly cutShort?: true }
  /** Applied, and not yet long enough without trouble; it does not come back at boot. `uptimeMs` is when it began, `logStart` the last kernel log record before it. */
  | { readonly kind: 'trial'; readonly bootId: string; readonly uptimeMs: number; readonly logStart: number }
  /** Comes back at boot. `restoring` is the boot that is doing so, until the host has come up. */
  | { readonly kind: 'accepted'; readonly restoring: string | null }
  /** Never loaded again, unless a person asks for it. */
  | { readonly kind: 'quarantined'; readonly reason: string }

export const HOST_RECORD_SCHEMA = 'kmend/host/1'

export const EMPTY_RECORD: HostRecord = { schema: HOST_RECORD_SCHEMA, patches: [], cleanBootId: null }

/** Records of earlier versions have one digest, that of the file: no module was signed then. */
function withFileDigest(patch: PatchRecord): PatchRecord {
  return { ...patch, fileSha256: (patch as { fileSha256?: string }).fileSha256 ?? patch.sha256 }
}

export function formatRecord(record: HostRecord): string {
  return `${JSON.stringify(record, null, 1)}\n`
}

/** Faults: host/state. */
export function parseRecord(text: string, file: string): HostRecord {
  const record = parseJson(text)
  const wrong = findDamage(record)
  if (wrong.length > 0)
    throw new Fault(
      'host/state',
      `Cannot read what this host keeps about its live patches: it is not of the form ${HOST_RECORD_SCHEMA} (${wrong.join(', ')})`,
      {
        in: file,
        try: 'bring it back from a copy, or move the file away: kmend begins anew, what is loaded stays as it is, and what was in quarantine or taken back is not known any more',
      },
    )
  const whole = record as HostRecord
  return { ...whole, patches: whole.patches.map(withFileDigest) }
}

const STANDINGS: Readonly<Record<Standing['kind'], Check>> = {
  kept: hasForm({ wasAccepted: isBoolean, cutShort: orAbsent(isBoolean) }),
  trial: hasForm({ bootId: isText, uptimeMs: isDuration, logStart: isCount }),
  accepted: hasForm({ restoring: orNull(isText) }),
  quarantined: hasForm({ reason: isText }),
}

/** Name and release become parts of paths. */
const PATCH_FORM: Readonly<Record<keyof PatchRecord, Check>> = {
  name: isName,
  version: isCount,
  release: isName,
  buildId: isText,
  sha256: isText,
  fileSha256: orAbsent(isText),
  standing: (standing) =>
    Object.entries(STANDINGS).some(([kind, check]) => isRecord(standing) && standing['kind'] === kind && check(standing)),
  sinceMs: isTimeMs,
  package: orAbsent(orNull(isText)),
  retracted: orAbsent(
    hasForm({ sinceMs: isTimeMs, reason: isText, stepBack: isBoolean, accepted: orAbsent(hasForm({ atMs: isTimeMs, reason: isText })) }),
  ),
}

function findDamage(record: unknown): string[] {
  const wrong = findWrong(record, {
    schema: (schema) => schema === HOST_RECORD_SCHEMA,
    patches: Array.isArray,
    cleanBootId: orAbsent(orNull(isText)),
    announced: orAbsent(hasForm({ release: isText, until: isText, step: isCount })),
    images: orAbsent(listOf(hasForm({ release: isName, modules: isTexts, failedMs: orNull(isTimeMs) }))),
  })
  if (wrong.length > 0) return wrong
  const { patches } = record as { readonly patches: readonly unknown[] }
  return patches.flatMap((patch, at) => findWrong(patch, PATCH_FORM, `patches[${at}]`))
}

/** What can be a part of a path, and leads nowhere else. */
export function isName(value: unknown): boolean {
  return isText(value) && isPathPart(value)
}

function isDuration(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

export function findPatch(record: HostRecord, { release, name }: Pick<PatchRecord, 'release' | 'name'>): PatchRecord | undefined {
  return record.patches.find((patch) => patch.release === release && patch.name === name)
}

/** The same record with this patch in it, in place of what was known of it. */
export function withPatch(record: HostRecord, patch: PatchRecord): HostRecord {
  const others = record.patches.filter(({ release, name }) => release !== patch.release || name !== patch.name)
  return { ...record, patches: [...others, patch] }
}

/**
 * A live patch is about to be loaded: from here on a crash is put down to it. The accepted one stays what comes back at boot, until this one is accepted.
 */
export function beginTrial(
  record: HostRecord,
  patch: Omit<PatchRecord, 'standing'>,
  trial: Omit<Extract<Standing, { kind: 'trial' }>, 'kind'>,
): HostRecord {
  const ended = record.patches.map((other) =>
    other.release === patch.release && other.standing.kind === 'trial' && other.name !== patch.name
      ? aside(other, patch.sinceMs, false)
      : other,
  )
  return withPatch({ ...record, patches: ended }, { ...patch, standing: { kind: 'trial', ...trial } })
}

/** It has been long enough without trouble: it comes back at boot, and no other of its kernel does. */
export function accept(record: HostRecord, wanted: Pick<PatchRecord, 'release' | 'name'>, nowMs: number): HostRecord {
  return {
    ...record,
    patches: record.patches.map((patch) => {
      if (patch.release !== wanted.release) return patch
      if (patch.name === wanted.name) return { ...patch, sinceMs: nowMs, standing: { kind: 'accepted', restoring: null } }
      return patch.standing.kind === 'accepted' || patch.standing.kind === 'trial'
        ? aside(patch, nowMs, patch.standing.kind === 'accepted')
        : patch
    }),
  }
}

/** One is not wanted any more; the others stay as they are. What is in quarantine stays there: `leaveQuarantine` alone takes it out. */
export function setAside(record: HostRecord, wanted: Pick<PatchRecord, 'release' | 'name'>, nowMs: number): HostRecord {
  const patch = findPatch(record, wanted)
  if (patch === undefined || patch.standing.kind === 'quarantined') return record
  if (patch.standing.kind === 'kept' && patch.standing.cutShort === undefined) return record
  return withPatch(record, aside(patch, nowMs, wasEverAccepted(patch)))
}

/** A person takes it out of quarantine. */
export function leaveQuarantine(record: HostRecord, patch: PatchRecord, nowMs: number): HostRecord {
  return withPatch(record, aside(patch, nowMs, false))
}

/** A reboot has ended its trial: neither good nor bad is known of it. */
export function cutShort(record: HostRecord, patch: PatchRecord, nowMs: number): HostRecord {
  return withPatch(record, { ...patch, sinceMs: nowMs, standing: { kind: 'kept', wasAccepted: false, cutShort: true } })
}

export function quarantine(record: HostRecord, wanted: Pick<PatchRecord, 'release' | 'name'>, reason: string, nowMs: number): HostRecord {
  const patch = findPatch(record, wanted)
  return patch === undefined ? record : withPatch(record, { ...patch, sinceMs: nowMs, standing: { kind: 'quarantined', reason } })
}

function wasEverAccepted({ standing }: PatchRecord): boolean {
  return standing.kind === 'accepted' || (standing.kind === 'kept' && standing.wasAccepted)
}

function aside(patch: PatchRecord, sinceMs: number, wasAccepted: boolean): PatchRecord {
  return { ...patch, sinceMs, standing: { kind: 'kept', wasAccepted } }
}
