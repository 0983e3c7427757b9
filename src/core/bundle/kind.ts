/** What a live patch is for; `initial` replaces nothing. */
export const BUNDLE_KINDS = ['initial', 'security', 'stability', 'corruption', 'custom'] as const
export type BundleKind = (typeof BUNDLE_KINDS)[number]
