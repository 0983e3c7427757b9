import { canonicalize } from '@tufjs/canonical-json'
import { Fault } from '../base/mod.ts'
import { isPathPart } from './layout.ts'

/** TUF metadata as it stands in its files: https://theupdateframework.github.io/specification/v1.0.34/, with what docs/formats/repository.md adds in `kmend`. */
export interface Metadata<S extends Signed = Signed> {
  readonly signatures: readonly Signature[]
  readonly signed: S
}

export interface Signature {
  readonly keyid: string
  /** In hex. */
  readonly sig: string
}

export type Signed = Root | Timestamp | Snapshot | Targets

interface Common<T extends string> {
  readonly _type: T
  readonly spec_version: string
  readonly version: number
  /** `2027-11-20T08:00:00Z`. */
  readonly expires: string
}

export interface Root extends Common<'root'> {
  readonly consistent_snapshot: true
  readonly keys: Readonly<Record<string, Key>>
  readonly roles: Readonly<Record<TopRole, RoleKeys>>
  readonly kmend: {
    readonly schema: 'kmend/root/1'
    readonly tiers: readonly string[]
    readonly log: { readonly origin: string; readonly key: string }
  }
}

export const TOP_ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const
export type TopRole = (typeof TOP_ROLES)[number]

export interface RoleKeys {
  readonly keyids: readonly string[]
  readonly threshold: number
}

export interface Key {
  readonly keytype: 'ed25519'
  readonly scheme: 'ed25519'
  /** In hex. */
  readonly keyval: { readonly public: string }
}

/** Where it belongs: all kernels share their keys. */
interface Belonging {
  readonly repository: string
}

export interface Timestamp extends Common<'timestamp'> {
  readonly meta: {
    readonly 'snapshot.json': { readonly version: number; readonly length: number; readonly hashes: { readonly sha256: string } }
  }
  readonly kmend: Belonging & { readonly carried?: true }
}

export interface Snapshot extends Common<'snapshot'> {
  readonly meta: Readonly<Record<string, { readonly version: number }>>
  readonly kmend: Belonging
}

export interface Targets extends Common<'targets'> {
  readonly targets: Readonly<Record<string, Target>>
  readonly delegations?: Delegations
  /** The catalogue has the delegations that every kernel starts with. */
  readonly kmend: Belonging & { readonly delegations?: Delegations }
}

export interface Target {
  readonly length: number
  readonly hashes: { readonly sha256: string }
  readonly custom?: { readonly kmend: unknown }
}

export interface Delegations {
  readonly keys: Readonly<Record<string, Key>>
  readonly roles: readonly DelegatedRole[]
}

export interface DelegatedRole extends RoleKeys {
  readonly name: string
  readonly paths: readonly string[]
  readonly terminating: true
}

export const SPEC_VERSION = '1.0.31'

/** What signatures are over, and what a key's id is the digest of. */
export function canonicalText(value: object): string {
  return canonicalize(value)
}

export function formatMetadata(metadata: Metadata): string {
  return `${JSON.stringify(metadata)}\n`
}

/** Checks the form alone: signatures, expiry and place are other questions. Faults: trust/metadata. */
export function parseMetadata<T extends Signed['_type']>(text: string, type: T, file: string): Metadata<Extract<Signed, Common<T>>> {
  try {
    const parsed: unknown = JSON.parse(text)
    // What has no canonical form, such as a fraction, nobody can have signed.
    if (isMetadata(parsed) && parsed.signed._type === type && FORMS[type](parsed.signed as never) && canonicalText(parsed.signed) !== '')
      return parsed as Metadata<Extract<Signed, Common<T>>>
  } catch {
    // falls through: not JSON, or a field that is not there
  }
  throw new Fault('trust/metadata', `Cannot read the ${type} metadata: it is not of the form that TUF and kmend give it`, {
    in: file,
    try: 'kmend repo verify looks at the whole repository',
  })
}

function isMetadata(value: unknown): value is Metadata {
  const { signatures, signed } = value as Metadata
  return (
    signatures.every(({ keyid, sig }) => typeof keyid === 'string' && typeof sig === 'string') &&
    typeof signed.spec_version === 'string' &&
    Number.isSafeInteger(signed.version) &&
    signed.version > 0 &&
    !Number.isNaN(Date.parse(signed.expires))
  )
}

const FORMS: { readonly [T in Signed['_type']]: (signed: Extract<Signed, Common<T>>) => boolean } = {
  root: ({ keys, roles, kmend }) =>
    Object.values(keys).every(isKey) &&
    TOP_ROLES.every((role) => isRoleKeys(roles[role])) &&
    kmend.tiers.length > 0 &&
    kmend.tiers.every((tier) => typeof tier === 'string') &&
    typeof kmend.log.key === 'string',
  timestamp: ({ meta, kmend }) =>
    typeof kmend.repository === 'string' &&
    Number.isSafeInteger(meta['snapshot.json'].version) &&
    typeof meta['snapshot.json'].hashes.sha256 === 'string',
  snapshot: ({ meta, kmend }) =>
    typeof kmend.repository === 'string' &&
    Object.entries(meta).every(([file, { version }]) => isPathPart(file) && Number.isSafeInteger(version)),
  targets: ({ targets, delegations, kmend }) =>
    typeof kmend.repository === 'string' &&
    Object.keys(targets).every((target) => target.split('/').every(isPathPart)) && // a copy has a file of that name
    Object.values(targets).every(({ length, hashes }) => Number.isSafeInteger(length) && /^[0-9a-f]{64}$/.test(hashes.sha256)) &&
    [delegations, kmend.delegations].every((given) => given === undefined || areDelegations(given)),
}

function areDelegations({ keys, roles }: Delegations): boolean {
  return Object.values(keys).every(isKey) && roles.every((role) => typeof role.name === 'string' && isRoleKeys(role))
}

function isRoleKeys({ keyids, threshold }: RoleKeys): boolean {
  return keyids.every((id) => typeof id === 'string') && Number.isSafeInteger(threshold) && threshold > 0
}

function isKey({ keytype, keyval }: Key): boolean {
  return keytype === 'ed25519' && /^[0-9a-f]{64}$/.test(keyval.public)
}
