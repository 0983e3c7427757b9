import { Fault, isRecord, isTexts } from '../base/mod.ts'
import type { Manifest } from './manifest.ts'
import { type Resource, type Statement, formatStatement, makeStatement, parseStatement } from './statement.ts'

/** What `kmend prove` saw, as a test result of in-toto: https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md */
export interface Proof {
  readonly result: 'PASSED' | 'WARNED' | 'FAILED'
  readonly configuration: readonly Resource[]
  readonly passedTests: readonly string[]
  /** What could not be looked at. */
  readonly warnedTests: readonly string[]
  readonly failedTests: readonly string[]
  /** Beside what the predicate asks for. */
  readonly kmend: ProofDetail
}

export interface ProofDetail {
  readonly release: string
  readonly buildId: string
  readonly emulator: string
  readonly bootMs: number
  readonly patches: readonly {
    readonly name: string
    readonly transitionMs: number
    /** Null when the next one replaced it. */
    readonly revertMs: number | null
    readonly functions: readonly string[]
  }[]
  readonly probes: readonly { readonly probe: string; readonly phase: string; readonly code: number; readonly stdout: string }[]
}

export const PROOF_TYPE = 'https://in-toto.io/attestation/test-result/v0.1'

/** What a live patch that is proved has shown. */
const CHECKS = [
  'the kernel loads it, and its transition ends',
  'while it is applied, sysfs lists exactly the functions that its manifest promises',
  'it is taken out, or replaced by the next one, and nothing of it is left',
  'the kernel logs no warning and takes no taint but that of a live patch',
]

/** Of the last one that was loaded, without its signature. */
export function makeProof(
  { module }: Manifest,
  seen: Pick<Proof, 'configuration' | 'failedTests' | 'warnedTests'> & { readonly detail: ProofDetail },
): Statement<Proof> {
  const { configuration, failedTests, warnedTests, detail } = seen
  const isPassed = failedTests.length === 0
  return makeStatement({ name: module.file, digest: { sha256: module.sha256 } }, PROOF_TYPE, {
    result: !isPassed ? 'FAILED' : warnedTests.length > 0 ? 'WARNED' : 'PASSED',
    configuration,
    passedTests: isPassed ? CHECKS : [],
    warnedTests,
    failedTests,
    kmend: detail,
  })
}

export function formatProof(proof: Statement<Proof>): string {
  return formatStatement(proof)
}

/** Faults: bundle/damaged. */
export function parseProof(text: string | undefined, file: string): Statement<Proof> {
  const statement = parseStatement(text, { file, predicateType: PROOF_TYPE })
  const { result, passedTests, warnedTests, failedTests, kmend } = statement.predicate
  const isResult = result === 'PASSED' || result === 'WARNED' || result === 'FAILED'
  if (isResult && [passedTests, warnedTests, failedTests].every(isTexts) && isDetail(kmend)) return statement as unknown as Statement<Proof>
  throw new Fault('bundle/damaged', 'Cannot read this proof: it does not say what came of it', { in: file })
}

function isDetail(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { release, buildId, emulator, bootMs, patches } = value
  const isPatch = (one: unknown) => isRecord(one) && typeof one['name'] === 'string' && typeof one['transitionMs'] === 'number'
  const isSaid = [release, buildId, emulator].every((said) => typeof said === 'string') && typeof bootMs === 'number'
  return isSaid && Array.isArray(patches) && patches.every(isPatch)
}
