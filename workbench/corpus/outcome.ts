import type { BuildOutcome } from '../../src/app/build/mod.ts'
import { EXIT, Fault } from '../../src/core/base/mod.ts'

/** What came of building a case. */
export type CaseOutcome =
  | { readonly kind: 'built'; readonly sha256: string; readonly functions: readonly string[]; readonly units: number }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly reasons: readonly Reason[] }
  /** The patched source is no C by itself: it needs changes of files that are not part of the case. */
  | { readonly kind: 'does-not-compile'; readonly message: string }
  /** Our fault: what should not happen to any real fix. */
  | { readonly kind: 'failed'; readonly message: string }

export const OUTCOMES = ['built', 'unchanged', 'refused', 'failed', 'does-not-compile'] as const satisfies readonly CaseOutcome['kind'][]

export interface Reason {
  /** Of the table of refusals, or of a fault that ends in "cannot be live patched". */
  readonly code: string
  readonly unit: string
  readonly subject: string
  readonly reason: string
}

export function describeOutcome(outcome: BuildOutcome): CaseOutcome {
  switch (outcome.kind) {
    case 'built': {
      const functions = outcome.manifest.objects.flatMap((object) => object.functions.map((func) => `${object.name}:${func.name}`))
      return { kind: 'built', sha256: outcome.manifest.module.sha256, functions, units: outcome.unitCount }
    }
    case 'unchanged':
      return { kind: 'unchanged' }
    case 'unpatchable':
      return { kind: 'refused', reasons: outcome.refusals.map(({ code, unit, subject, reason }) => ({ code, unit, subject, reason })) }
  }
}

/** What a build that threw comes to. The patch was made from this very source, so only what it asks for can be wrong with it. */
export function describeError(error: unknown): CaseOutcome {
  if (!(error instanceof Fault)) return { kind: 'failed', message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  if (error.exit === EXIT.unpatchable) return { kind: 'refused', reasons: reasonsOf(error) }
  const isOfPatched = error.code === 'build/compile' && error.message.startsWith('Cannot compile the patched source')
  if (isOfPatched && !error.message.includes('(objtool)')) return { kind: 'does-not-compile', message: error.message }
  return { kind: 'failed', message: `${error.code}: ${error.message}${error.in === undefined ? '' : `\n  in: ${error.in}`}` }
}

/** A fault lists what is wrong in lines of their own: `  - path is reason`. */
function reasonsOf({ code, message }: Fault): Reason[] {
  const lines = message.split('\n').filter((line) => line.startsWith('  - '))
  return lines.map((line) => {
    const [, subject = '', reason = line.slice(4)] = /^ {2}- (\S+) is (.*)$/.exec(line) ?? []
    return { code, unit: subject, subject, reason }
  })
}
