import { Fault, isRecord, isSha256, parseJson } from '../base/mod.ts'

/** What is said of files, in a form that in-toto defines: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
export interface Statement<Predicate = unknown> {
  readonly _type: typeof STATEMENT_TYPE
  readonly subject: readonly StatementSubject[]
  readonly predicateType: string
  readonly predicate: Predicate
}

export interface StatementSubject {
  readonly name: string
  readonly digest: { readonly sha256: string }
}

/** https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
export interface Resource {
  readonly name?: string
  readonly uri?: string
  readonly digest?: { readonly sha256: string }
  readonly annotations?: Readonly<Record<string, string>>
}

const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'

export function makeStatement<P>(subject: StatementSubject, predicateType: string, predicate: P): Statement<P> {
  return { _type: STATEMENT_TYPE, subject: [subject], predicateType, predicate }
}

export function formatStatement(statement: Statement): string {
  return `${JSON.stringify(statement, null, 2)}\n`
}

/** Faults: bundle/damaged when it is no statement with a predicate of this type. */
export function parseStatement(
  text: string | undefined,
  { file, predicateType }: { readonly file: string; readonly predicateType: string },
): Statement<Readonly<Record<string, unknown>>> {
  const value = parseJson(text)
  if (isStatement(value) && value.predicateType === predicateType) return value
  throw new Fault('bundle/damaged', `Cannot read this as an in-toto statement of the type ${predicateType}`, { in: file })
}

function isStatement(value: unknown): value is Statement<Readonly<Record<string, unknown>>> {
  if (!isRecord(value) || value['_type'] !== STATEMENT_TYPE || !isRecord(value['predicate'])) return false
  const { subject } = value
  const isSubject = (one: unknown) =>
    isRecord(one) && typeof one['name'] === 'string' && isRecord(one['digest']) && isSha256(one['digest']['sha256'])
  return Array.isArray(subject) && subject.every(isSubject)
}
