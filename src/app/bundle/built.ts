import { Fault, bytesFromUtf8, utf8FromBytes } from '../../core/base/mod.ts'
import {
  type BundleFile,
  type BundleRole,
  type Manifest,
  type Recipe,
  checkIsOf,
  formatStatement,
  parseManifest,
  parseRecipe,
  readLivepatchModule,
  sourcesOf,
} from '../../core/bundle/mod.ts'
import { makeInventory, makeProvenance } from '../../core/origin/mod.ts'
import { parseAccount } from '../../core/update/mod.ts'
import type { BundlePorts } from './ports.ts'

/** What a build left in its folder. */
export interface Built {
  readonly manifest: Manifest
  readonly recipe: Recipe
  /** As they lie in the folder, and as a bundle has them. */
  readonly files: readonly BundleFile[]
}

/** Faults: bundle/incomplete, bundle/damaged, build/manifest, elf/malformed. */
export async function readBuilt(folder: string, { files, digest }: Pick<BundlePorts, 'files' | 'digest'>): Promise<Built> {
  const read = async (role: BundleRole, name: string): Promise<BundleFile> => {
    const path = `${folder}/${name}`
    if (await files.exists(path)) return { role, name, bytes: await files.readBytes(path) }
    throw new Fault('bundle/incomplete', `Cannot make a bundle of ${folder}: ${name} is not there`, {
      in: path,
      try: 'give the folder that kmend build or kmend init-patch wrote; build again when an older kmend wrote it',
    })
  }
  const [manifestFile, recipeFile] = [await read('manifest', 'manifest.json'), await read('recipe', 'recipe.json')]
  const manifest = parseManifest(utf8FromBytes(manifestFile.bytes) ?? '', `${folder}/${manifestFile.name}`)
  const recipe = parseRecipe(utf8FromBytes(recipeFile.bytes), `${folder}/${recipeFile.name}`)
  const module = await read('module', manifest.module.file)
  const path = `${folder}/${module.name}`
  checkIsOf(manifest, readLivepatchModule(module.bytes, path, digest), path)
  const found = [manifestFile, recipeFile, module]
  for (const name of sourcesOf(recipe)) found.push(await read('source', name))
  if (manifest.external !== undefined) found.push(await read('external', manifest.external.file))
  if (manifest.update !== undefined) found.push(withoutFolders(await read('account', 'account.json'), manifest))
  return { manifest, recipe, files: found }
}

/** Where it comes from, for machines: its provenance and its SBOM. */
export function originFiles({ manifest, recipe }: Built, { formatSbom }: Pick<BundlePorts, 'formatSbom'>): BundleFile[] {
  return [
    { role: 'provenance', name: 'provenance.json', bytes: bytesFromUtf8(formatStatement(makeProvenance(manifest, recipe))) },
    { role: 'sbom', name: 'sbom.json', bytes: bytesFromUtf8(formatSbom(makeInventory(manifest))) },
  ]
}

/** Where the source lay that was compared says nothing to others. */
function withoutFolders(file: BundleFile, { update }: Manifest): BundleFile {
  const account = parseAccount(utf8FromBytes(file.bytes) ?? '', file.name)
  const shown = { ...account, from: update?.from ?? 'a folder', to: update?.to ?? 'a folder' }
  return { ...file, bytes: bytesFromUtf8(`${JSON.stringify(shown, null, 2)}\n`) }
}
