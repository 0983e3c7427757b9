import { isCount, isRecord, isSha256, parseJson } from '../base/mod.ts'
import type { Finding } from './damaged.ts'
import { BUNDLE_KINDS, type BundleKind } from './kind.ts'
import type { Manifest } from './manifest.ts'

/** `bundle.json`: docs/formats/bundle.md, clause 2. */
export interface BundleIndex {
  readonly schema: typeof BUNDLE_SCHEMA
  readonly name: string
  readonly version: number
  readonly kernel: Manifest['kernel']
  readonly kind: BundleKind
  readonly title: string
  readonly files: readonly ListedFile[]
}

export interface ListedFile {
  readonly name: string
  readonly role: BundleRole
  readonly sha256: string
  readonly sizeBytes: number
}

export const BUNDLE_SCHEMA = 'kmend/bundle/1'

/** Clause 3: the name that each has, where it is always the same, and whether a bundle must have it. */
export const BUNDLE_ROLES = {
  manifest: { name: 'manifest.json', isNeeded: true },
  module: { name: undefined, isNeeded: true },
  external: { name: undefined, isNeeded: false },
  recipe: { name: 'recipe.json', isNeeded: true },
  source: { name: undefined, isNeeded: false },
  account: { name: 'account.json', isNeeded: false },
  provenance: { name: 'provenance.json', isNeeded: true },
  proof: { name: 'proof.json', isNeeded: false },
  sbom: { name: 'sbom.json', isNeeded: true },
  advisory: { name: 'advisory.json', isNeeded: true },
} as const
export type BundleRole = keyof typeof BUNDLE_ROLES

export function formatIndex(index: BundleIndex): string {
  return `${JSON.stringify(index, null, 2)}\n`
}

/** The index, or what is wrong with it. */
export function parseIndex(text: string | undefined): { readonly index: BundleIndex } | { readonly findings: readonly Finding[] } {
  const entry = 'bundle.json'
  const value = parseJson(text)
  if (!isRecord(value) || value['schema'] !== BUNDLE_SCHEMA)
    return { findings: [{ entry, text: `it is not of the form ${BUNDLE_SCHEMA}: a newer kmend may be needed` }] }
  const { name, version, kernel, kind, title, files } = value
  const isOfKernel = isRecord(kernel) && ['release', 'packageVersion', 'arch', 'buildId'].every((key) => typeof kernel[key] === 'string')
  const wrong = [
    ...(typeof name === 'string' ? [] : ['its name is no text']),
    ...(isCount(version) && version > 0 ? [] : ['its version is no number from 1 on']),
    ...(isOfKernel ? [] : ['it does not say which kernel it is for']),
    ...(BUNDLE_KINDS.some((known) => known === kind) ? [] : [`its kind is none of ${BUNDLE_KINDS.join(', ')}`]),
    ...(isTitle(title) ? [] : ['its title is not one line of 1 to 200 characters']),
    ...(Array.isArray(files) && files.every(isListed) ? [] : ['its list of files is not one of names, roles, digests and sizes']),
  ]
  return wrong.length > 0 ? { findings: wrong.map((said) => ({ entry, text: said })) } : { index: value as unknown as BundleIndex }
}

/** One line, with nothing in it that a terminal obeys. */
export function isTitle(title: unknown): title is string {
  return typeof title === 'string' && /^[^\p{Cc}\p{Cf}\u2028\u2029]{1,200}$/u.test(title)
}

function isListed(file: unknown): boolean {
  return (
    isRecord(file) &&
    typeof file['name'] === 'string' &&
    typeof file['role'] === 'string' &&
    Object.hasOwn(BUNDLE_ROLES, file['role']) &&
    isSha256(file['sha256']) &&
    isCount(file['sizeBytes'])
  )
}
