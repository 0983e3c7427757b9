import { Fault } from '../../core/base/mod.ts'
import { type Bundle, type Manifest, type Recipe, parseManifest } from '../../core/bundle/mod.ts'
import { parseKeptRecords } from '../../core/cve/mod.ts'
import { type BuildKernel, type BuildOutcome, type BuildRequest, build, checkName, initPatch } from '../build/mod.ts'
import { update } from '../update/mod.ts'
import type { RebuildPorts } from './ports.ts'

export interface BuildAgain {
  readonly bundle: Bundle
  readonly recipe: Recipe
  readonly kernel: BuildKernel
  readonly output: string
  /** Of the module from outside the kernel's tree that is patched. */
  readonly moduleSource: string | undefined
}

/** Asks of the builder what the recipe says was asked of it. Faults: bundle/inputs, bundle/damaged, usage/name, and those of building. */
export async function buildAgain(again: BuildAgain, ports: RebuildPorts): Promise<BuildOutcome> {
  const { bundle, recipe, kernel, output } = again
  const { release, version, cves, bugs, from } = recipe
  const asked = { release, name: checkName(recipe.name), version, cves, bugs, output, ...versionBefore(again) }
  switch (from.kind) {
    case 'nothing':
      return initPatch(asked, ports)
    case 'patches': {
      const { fuzz, allowLayout, allowThreadLoop, setData } = from
      const patches = from.patches.map(({ name, file }) => ({ file: name, text: sourceText(bundle, file) }))
      const external = await keepExternal(again, ports)
      return build({ ...asked, patches, fuzz, allowLayout, allowThreadLoop, setData, ...external }, ports, kernel)
    }
    case 'update': {
      const cveRecords = from.cveRecords === null ? [] : parseKeptRecords(sourceText(bundle, from.cveRecords), from.cveRecords)
      const sources = { from: packagedVersion(from.older), to: packagedVersion(from.newer) }
      return (await update({ ...asked, ...sources, only: from.only, without: from.without ?? [], cveRecords }, ports, kernel)).build
    }
  }
}

/** The version before, of which a bundle has the manifest alone. */
function versionBefore({ bundle, recipe: { after } }: BuildAgain): Pick<BuildRequest, 'after'> {
  if (after === undefined) return {}
  const { manifest, dropped } = after
  return { after: { folder: manifest, manifest: parseManifest(sourceText(bundle, manifest), manifest), dropped } }
}

/** What a recipe names is in its bundle, or else that is damaged. */
function sourceText({ files }: Bundle, name: string): string {
  const file = files.find((one) => one.role === 'source' && one.name === name)
  if (file !== undefined) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(file.bytes)
  throw new Fault('bundle/damaged', `Cannot build this bundle again: its recipe names ${name}, and it is not in it`, { in: 'recipe.json' })
}

function packagedVersion(version: string | null): string {
  if (version !== null && !version.includes('/')) return version
  throw new Fault('bundle/inputs', 'Cannot build this bundle again: it was made of source in a folder, which nobody else can fetch', {
    in: 'recipe.json',
    try: 'a bundle that others shall build again is made of versions of linux-source: kmend build --from VERSION --to VERSION',
  })
}

/** The bundle has the module that is patched, and not its source. */
async function keepExternal({ bundle, output, moduleSource }: BuildAgain, ports: RebuildPorts): Promise<Pick<BuildRequest, 'external'>> {
  const { external } = bundle.manifest
  const file = bundle.files.find(({ role }) => role === 'external')
  if (external === undefined || file === undefined) return {}
  if (moduleSource === undefined) {
    throw new Fault('bundle/inputs', `Cannot build this bundle again: the source of the module ${external.name} is not in it`, {
      in: 'manifest.json: external.sources has its digests',
      try: '--module-source FOLDER',
    })
  }
  await refuseOtherSource(moduleSource, external, ports)
  const path = `${output}/${file.name}`
  await ports.files.write(path, file.bytes)
  return { external: { source: moduleSource, file: path } }
}

/** Faults: bundle/inputs. */
async function refuseOtherSource(folder: string, { name, sources }: NonNullable<Manifest['external']>, ports: RebuildPorts): Promise<void> {
  const others: string[] = []
  for (const { file, sha256 } of sources) {
    const path = `${folder}/${file}`
    if (!(await ports.files.exists(path))) others.push(`${file} is not there`)
    else if ((await ports.digestFile(path)) !== sha256) others.push(`${file} is another one`)
  }
  if (others.length === 0) return
  throw new Fault(
    'bundle/inputs',
    `Cannot build this bundle again: this is not the source of ${name} that it was built from:${others.map((line) => `\n  - ${line}`).join('')}`,
    { in: folder, try: 'give the folder as it was then; external.sources of manifest.json has the digests' },
  )
}
