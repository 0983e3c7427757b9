import { Fault } from '../base/mod.ts'
import { isTitle } from '../bundle/mod.ts'
import type { Change, Document } from './change.ts'
import { type Metadata, type Signed, canonicalText } from './metadata.ts'
import type { Lack } from './signatures.ts'

/** What travels to keys that are kept offline: docs/formats/sign-request.md. */
export interface SignRequest {
  readonly schema: typeof REQUEST_SCHEMA
  readonly repository: string
  readonly change: string
  readonly createdMs: number
  readonly documents: readonly RequestedDocument[]
}

export interface RequestedDocument extends Document {
  readonly version: number
  readonly lacks: Lack | null
}

export const REQUEST_SCHEMA = 'kmend/sign-request/1'

/** The id of a change: of what it says, whoever has signed it. */
export function changeId({ documents }: Pick<Change, 'documents'>, sha256: (text: string) => string): string {
  return sha256(canonicalText(documents.map(({ repository, role, metadata }) => [repository, role, metadata.signed]))).slice(0, 32)
}

export function formatRequest(request: SignRequest): string {
  return `${JSON.stringify(request, null, 1)}\n`
}

/** Believes nothing that it says about its documents: its id must be theirs. Faults: trust/metadata. */
export function parseRequest(
  text: string,
  { file, sha256 }: { readonly file: string; readonly sha256: (text: string) => string },
): SignRequest {
  try {
    const request = JSON.parse(text) as SignRequest
    if (request.schema === REQUEST_SCHEMA && request.documents.every(isDocument) && changeId(request, sha256) === request.change)
      return request
  } catch {
    // falls through: not JSON, or not of the form
  }
  throw new Fault('trust/metadata', 'Cannot read this sign request: it is of no known form, or was changed on its way', {
    in: file,
    try: 'kmend repo status writes it again',
  })
}

const TYPES: readonly Signed['_type'][] = ['root', 'targets', 'snapshot', 'timestamp']

function isDocument({ repository, role, version, metadata, before }: RequestedDocument): boolean {
  const isMetadata = ({ signatures, signed }: Metadata) =>
    TYPES.includes(signed._type) && signatures.every(({ keyid, sig }) => typeof keyid === 'string' && typeof sig === 'string')
  return (
    isTitle(repository) &&
    isTitle(role) &&
    isMetadata(metadata) &&
    metadata.signed.version === version &&
    (before === null || (isMetadata(before) && before.signed._type === metadata.signed._type))
  )
}

/** Puts the signatures of a request to those of the change that is pending. */
export function mergeSignatures(change: Change, { documents }: SignRequest): Change {
  return {
    ...change,
    documents: change.documents.map((document) => {
      const given = documents.find(({ repository, role }) => repository === document.repository && role === document.role)
      const had = new Set(document.metadata.signatures.map(({ keyid }) => keyid))
      const more = (given?.metadata.signatures ?? []).filter(({ keyid }) => !had.has(keyid))
      return { ...document, metadata: { ...document.metadata, signatures: [...document.metadata.signatures, ...more] } }
    }),
  }
}
