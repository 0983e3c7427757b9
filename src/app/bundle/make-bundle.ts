import { Fault, utf8FromBytes, bytesFromUtf8 } from '../../core/base/mod.ts'
import {
  type BundleFile,
  type BundleKind,
  type BundleRole,
  type Manifest,
  type Recipe,
  checkIsOf,
  formatAdvisory,
  formatStatement,
  makeAdvisory,
  makeInventory,
  makeProvenance,
  parseManifest,
  parseRecipe,
  readLivepatchModule,
  sourcesOf,
  suggestKind,
  suggestTitle,
  writeBundle,
} from '../../core/bundle/mod.ts'
import type { CveRecord } from '../../core/cve/mod.ts'
import { parseAccount } from '../../core/update/mod.ts'
import type { BundlePorts } from './ports.ts'
import { readProof } from './read-proof.ts'
import { type BundleSummary, summarise } from './summary.ts'

export interface BundleRequest {
  /** That a build wrote. */
  readonly folder: string
  /** File; undefined for the live patch's name below the working folder. */
  readonly output: string | undefined
  /** Undefined for what the manifest suggests. */
  readonly kind: BundleKind | undefined
  readonly title: string | undefined
  /** Whether it may go without a proof that it works. */
  readonly mayBeUnproved: boolean
  /** Folder. */
  readonly cveRecords: string | undefined
}

export interface MadeBundle extends BundleSummary {
  readonly path: string
}

/**
 * Makes a bundle of what a build left in its folder, and of what proved it. Faults: bundle/incomplete, bundle/damaged, build/manifest, elf/malformed,
 * usage/cve-records.
 */
export async function makeBundle(request: BundleRequest, ports: BundlePorts): Promise<MadeBundle> {
  const { folder } = request
  const { files, digest } = ports
  const built = await readBuilt(folder, ports)
  const { manifest } = built
  const proof = await readProof({ folder, manifest, mayBeUnproved: request.mayBeUnproved }, ports)
  const records = request.cveRecords === undefined ? [] : (await ports.readCveRecords(request.cveRecords)).records
  const { kind = suggestKind(manifest), title = suggestTitle(manifest) } = request
  const bytes = writeBundle(
    {
      kind,
      title,
      manifest,
      files: [...built.files, ...proof, ...madeFiles({ ...built, title, records }, ports)],
    },
    digest,
  )
  const path = request.output ?? `${manifest.name}.kmend`
  const summary = summarise(bytes, path, digest)
  await files.write(path, bytes)
  return { ...summary, path }
}

interface Built {
  readonly manifest: Manifest
  readonly recipe: Recipe
  /** As they lie in the folder. */
  readonly files: readonly BundleFile[]
}

async function readBuilt(folder: string, { files, digest }: BundlePorts): Promise<Built> {
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

/** Where the source lay that was compared says nothing to others. */
function withoutFolders(file: BundleFile, { update }: Manifest): BundleFile {
  const account = parseAccount(utf8FromBytes(file.bytes) ?? '', file.name)
  const shown = { ...account, from: update?.from ?? 'a folder', to: update?.to ?? 'a folder' }
  return { ...file, bytes: bytesFromUtf8(`${JSON.stringify(shown, null, 2)}\n`) }
}

function madeFiles(
  { manifest, recipe, title, records }: Built & { readonly title: string; readonly records: readonly CveRecord[] },
  { formatSbom }: BundlePorts,
): BundleFile[] {
  const file = (role: BundleRole, text: string): BundleFile => ({ role, name: `${role}.json`, bytes: bytesFromUtf8(text) })
  return [
    file('provenance', formatStatement(makeProvenance(manifest, recipe))),
    file('sbom', formatSbom(makeInventory(manifest))),
    file('advisory', formatAdvisory(makeAdvisory(manifest, title, records))),
  ]
}
