import { Fault, isCount, isRecord, isSha256, isTexts, parseJson } from '../base/mod.ts'
import type { DroppedFix } from './manifest.ts'
import { isBundleName } from './tar-header.ts'

/** What was asked of `kmend build`, so that it can be asked again: docs/formats/recipe.md. Files are named as they lie in the bundle. */
export interface Recipe {
  readonly schema: typeof RECIPE_SCHEMA
  readonly release: string
  readonly name: string
  readonly version: number
  readonly cves: readonly string[]
  readonly bugs: readonly string[]
  /** The version before, by the file of its manifest. */
  readonly after?: { readonly manifest: string; readonly dropped: readonly DroppedFix[] }
  readonly from: RecipeSource
}

export type RecipeSource =
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'patches'
      readonly patches: readonly RecipePatch[]
      readonly fuzz: number
      readonly allowLayout: readonly string[]
      readonly allowThreadLoop: readonly string[]
      readonly setData: readonly string[]
    }
  | {
      readonly kind: 'update'
      /** Versions of source packages; null for a folder. */
      readonly older: string | null
      readonly newer: string | null
      readonly only: readonly string[]
      /** What was left out by request, where anything was. */
      readonly without?: readonly { readonly path: string; readonly item?: string; readonly reason: string }[]
      /** File of the CVE records that the account rests on; null when none were given. */
      readonly cveRecords: string | null
    }

export interface RecipePatch {
  /** As it was given, without its folder. */
  readonly name: string
  readonly file: string
  readonly sha256: string
}

export const RECIPE_SCHEMA = 'kmend/recipe/1'

export function formatRecipe(recipe: Recipe): string {
  return `${JSON.stringify(recipe, null, 2)}\n`
}

/** The files that it names, each once. */
export function sourcesOf({ from, after }: Recipe): string[] {
  const patches = from.kind === 'patches' ? from.patches.map(({ file }) => file) : []
  const records = from.kind === 'update' && from.cveRecords !== null ? [from.cveRecords] : []
  return [...new Set([...patches, ...records, ...(after === undefined ? [] : [after.manifest])])]
}

/** Faults: bundle/damaged. */
export function parseRecipe(text: string | undefined, file: string): Recipe {
  const value = parseJson(text)
  if (isRecipe(value)) return value
  throw new Fault('bundle/damaged', `Cannot read this recipe: it is not of the form ${RECIPE_SCHEMA}`, {
    in: file,
    try: 'use the kmend that made it, or a newer one',
  })
}

function isRecipe(value: unknown): value is Recipe {
  if (!isRecord(value) || value['schema'] !== RECIPE_SCHEMA) return false
  const { release, name, version, cves, bugs, after, from } = value
  const isNamed = typeof release === 'string' && typeof name === 'string' && /^\w{1,55}$/.test(name)
  return isNamed && isCount(version) && isTexts(cves) && isTexts(bugs) && (after === undefined || isAfter(after)) && isSource(from)
}

function isAfter(value: unknown): boolean {
  if (!isRecord(value) || !isSourceFile(value['manifest'])) return false
  const { dropped } = value
  return (
    Array.isArray(dropped) && dropped.every((fix) => isRecord(fix) && typeof fix['id'] === 'string' && typeof fix['reason'] === 'string')
  )
}

function isSource(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { kind, patches, fuzz, allowLayout, allowThreadLoop, setData, older, newer, only, without, cveRecords } = value
  switch (kind) {
    case 'nothing':
      return true
    case 'patches':
      return Array.isArray(patches) && patches.every(isPatch) && isCount(fuzz) && [allowLayout, allowThreadLoop, setData].every(isTexts)
    case 'update':
      return (
        [older, newer].every((text) => text === null || typeof text === 'string') &&
        (cveRecords === null || isSourceFile(cveRecords)) &&
        isTexts(only) &&
        (without === undefined || (Array.isArray(without) && without.every(isUnwanted)))
      )
    default:
      return false
  }
}

function isUnwanted(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { path, item, reason } = value
  return typeof path === 'string' && (item === undefined || typeof item === 'string') && typeof reason === 'string'
}

function isPatch(value: unknown): boolean {
  return isRecord(value) && typeof value['name'] === 'string' && isSourceFile(value['file']) && isSha256(value['sha256'])
}

function isSourceFile(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('sources/') && isBundleName(value)
}
