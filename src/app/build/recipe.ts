import { type Recipe, RECIPE_SCHEMA, formatManifest, formatRecipe } from '../../core/bundle/mod.ts'
import { buildPaths } from './paths.ts'
import type { BuildPorts } from './ports.ts'
import type { BuildRequest } from './request.ts'

/** A recipe, and the texts that it names, by their file. */
export interface FullRecipe {
  readonly recipe: Recipe
  readonly sources: ReadonlyMap<string, string>
}

/** What a build of patches was asked for. */
export function recipeOfPatches(request: BuildRequest, digest: BuildPorts['digest']): FullRecipe {
  const patches = request.patches.map(({ file, text }, index) => {
    const name = file.slice(file.lastIndexOf('/') + 1)
    return { text, entry: { name, file: sourceFile(index, name), sha256: digest(text) } }
  })
  const { fuzz, allowLayout, allowThreadLoop = [], setData = [] } = request
  return makeRecipe(
    request,
    { kind: 'patches', patches: patches.map(({ entry }) => entry), fuzz, allowLayout, allowThreadLoop, setData },
    patches.map(({ text, entry }) => [entry.file, text]),
  )
}

/** What is asked of every build, with where this one's code comes from. */
export function makeRecipe(
  { release, name, version = 1, cves, bugs, after }: Omit<BuildRequest, 'patches' | 'fuzz' | 'allowLayout' | 'output'>,
  from: Recipe['from'],
  sources: readonly (readonly [file: string, text: string])[] = [],
): FullRecipe {
  const place = after === undefined ? {} : { after: { manifest: AFTER, dropped: after.dropped } }
  return {
    recipe: { schema: RECIPE_SCHEMA, release, name, version, cves, bugs, ...place, from },
    sources: new Map([...sources, ...(after === undefined ? [] : [[AFTER, formatManifest(after.manifest)] as const])]),
  }
}

const AFTER = 'sources/after.json'

/** Numbered, as several may have one name; and with nothing in it that a bundle does not take. */
function sourceFile(index: number, name: string): string {
  return `sources/${String(index + 1).padStart(4, '0')}-${name.replaceAll(/[^A-Za-z0-9._+-]+/g, '_').slice(-80)}`
}

/** Writes it beside what is built by it. What else lies in that folder stays. */
export async function keepRecipe({ recipe, sources }: FullRecipe, output: string, { files }: Pick<BuildPorts, 'files'>): Promise<void> {
  for (const [file, text] of sources) await files.write(`${output}/${file}`, text)
  await files.write(buildPaths({ output, name: recipe.name }).recipe, formatRecipe(recipe))
}
