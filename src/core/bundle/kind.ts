import type { Manifest } from './manifest.ts'

/** What a live patch is for; `initial` replaces nothing. */
export const BUNDLE_KINDS = ['initial', 'security', 'stability', 'corruption', 'custom'] as const
export type BundleKind = (typeof BUNDLE_KINDS)[number]

/** Where nobody says what a live patch is for: as its manifest has it. */
export function suggestKind({ objects, fixes }: Manifest): BundleKind {
  if (objects.length === 0) return 'initial'
  return fixes.cves.length > 0 ? 'security' : 'custom'
}

/** Where nobody gives a live patch a title: what it fixes, or its name. */
export function suggestTitle({ name, objects, fixes, kernel }: Manifest): string {
  if (objects.length === 0) return `Initial live patch for ${kernel.release}`
  const ids = [...fixes.cves, ...fixes.bugs]
  if (ids.length === 0) return `Live patch ${name} for ${kernel.release}`
  return ids.length <= 3 ? `Fixes ${ids.join(', ')}` : `Fixes ${ids.slice(0, 2).join(', ')} and ${ids.length - 2} more`
}
