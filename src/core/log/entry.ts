/** What the log tells of: docs/formats/log.md, clause 3. */
import { canonicalize } from '@tufjs/canonical-json'
import { bytesFromUtf8, Fault, invariant, utf8FromBytes } from '../base/mod.ts'

export interface LogEntry {
  readonly schema: typeof LOG_SCHEMA
  readonly timeMs: number
  readonly act: LogAct
  /** `kernels/<release>`, `catalogue`, or `*` for all of them. */
  readonly repository: string
  /** Of the metadata file that the entry makes public. */
  readonly role: string
  readonly version: number
  /** Of that file, as it is served. */
  readonly sha256: string
  readonly bundles: readonly LoggedBundle[]
  /** One line. */
  readonly reason: string | null
}

export interface LoggedBundle {
  readonly name: string
  readonly sha256: string
}

export const LOG_ACTS = ['init', 'publish', 'promote', 'retract', 'data', 'keys', 'renew'] as const
export type LogAct = (typeof LOG_ACTS)[number]

export const LOG_SCHEMA = 'kmend/log/1'

/** Its bytes in the log. */
export function formatEntry(entry: LogEntry): Uint8Array {
  const bytes = bytesFromUtf8(canonicalize(entry))
  invariant(tryParse(bytes) !== undefined, 'an entry of the log can be read again')
  return bytes
}

/** Faults: trust/log. */
export function parseEntry(bytes: Uint8Array, where: string): LogEntry {
  const entry = tryParse(bytes)
  if (entry !== undefined) return entry
  throw new Fault('trust/log', `Cannot read an entry of the log: it is not of the form ${LOG_SCHEMA}`, {
    in: where,
    try: 'tell the publisher; a newer kmend may be needed',
  })
}

/** The hint that `log/leaf/<sha256>` is: where the entry of a metadata file is, and what it says. */
export function formatLeaf(index: number, entry: Uint8Array): Uint8Array {
  const head = bytesFromUtf8(`${index}\n`)
  const leaf = new Uint8Array(head.length + entry.length)
  leaf.set(head)
  leaf.set(entry, head.length)
  return leaf
}

/** Faults: trust/log. */
export function parseLeaf(bytes: Uint8Array, where: string): { readonly index: number; readonly entry: Uint8Array } {
  const end = bytes.indexOf(0x0a)
  const digits = utf8FromBytes(bytes.subarray(0, Math.max(end, 0))) ?? ''
  const index = Number(digits)
  if (/^(0|[1-9]\d*)$/.test(digits) && Number.isSafeInteger(index)) return { index, entry: bytes.subarray(end + 1) }
  throw new Fault('trust/log', 'Cannot read where the log has an entry: it does not begin with a number and a line feed', {
    in: where,
    try: 'try again later, and tell the publisher when it stays so',
  })
}

/** Only what is formed as the one writer does it: nobody can say the same in two ways. */
function tryParse(bytes: Uint8Array): LogEntry | undefined {
  const text = utf8FromBytes(bytes)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isEntry(value) && canonicalize(value) === text ? value : undefined
  } catch {
    return undefined
  }
}

function isEntry(value: unknown): value is LogEntry {
  if (!isRecord(value)) return false
  const { schema, timeMs, act, repository, role, version, sha256, bundles, reason } = value
  return (
    schema === LOG_SCHEMA &&
    isCount(timeMs) &&
    LOG_ACTS.some((known) => known === act) &&
    isText(repository, /^(\*|catalogue|kernels\/[a-zA-Z\d][\w.+~-]*)$/) &&
    isText(role, /^\w[\w.-]*$/) &&
    isCount(version) &&
    isText(sha256, DIGEST) &&
    Array.isArray(bundles) &&
    bundles.every((bundle) => isRecord(bundle) && isText(bundle['name'], /^\w{1,55}$/) && isText(bundle['sha256'], DIGEST)) &&
    (reason === null || typeof reason === 'string')
  )
}

const DIGEST = /^[\da-f]{64}$/

/** Names become parts of paths and lines on screens. */
function isText(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value)
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
