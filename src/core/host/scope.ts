import { BUNDLE_KINDS, type BundleKind } from '../bundle/mod.ts'
import type { Offer } from '../trust/mod.ts'

/** Which live patches a policy means. */
export type Scope =
  | { readonly kind: 'everything' }
  | { readonly kind: 'known-exploited' }
  | { readonly kind: 'cvss'; readonly least: number }
  | { readonly kind: 'purpose'; readonly purpose: BundleKind }

/** Those that a person would want by purpose; what is initial or of the site's own comes with `everything`. */
const PURPOSES: readonly BundleKind[] = BUNDLE_KINDS.filter((kind) => kind !== 'initial' && kind !== 'custom')

export const SCOPES_TEXT = ['everything', 'known-exploited', 'cvss>=7', ...PURPOSES].join(', ')

/** `everything`, `known-exploited`, `cvss>=7.5`, `security`, `stability` or `corruption`; undefined for anything else. */
export function parseScope(text: unknown): Scope | undefined {
  if (text === 'everything' || text === 'known-exploited') return { kind: text }
  const least = /^cvss>=(\d{1,2}(?:\.\d)?)$/.exec(String(text))?.[1]
  if (least !== undefined && Number(least) <= 10) return { kind: 'cvss', least: Number(least) }
  const purpose = PURPOSES.find((kind) => kind === text)
  return purpose === undefined ? undefined : { kind: 'purpose', purpose }
}

export function formatScope(scope: Scope): string {
  switch (scope.kind) {
    case 'cvss':
      return `cvss>=${scope.least}`
    case 'purpose':
      return scope.purpose
    default:
      return scope.kind
  }
}

/** Whether any of the scopes means this offer. A score that nobody has given reaches no bound. */
export function isInScope({ kind, urgency }: Pick<Offer, 'kind' | 'urgency'>, scopes: readonly Scope[]): boolean {
  return scopes.some((scope) => {
    switch (scope.kind) {
      case 'everything':
        return true
      case 'known-exploited':
        return urgency.knownExploited
      case 'cvss':
        return urgency.cvss !== null && urgency.cvss >= scope.least
      case 'purpose':
        return scope.purpose === kind
    }
  })
}
