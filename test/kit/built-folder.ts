import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  type BundleFile,
  type Manifest,
  type Proof,
  type Recipe,
  formatManifest,
  formatProof,
  formatRecipe,
  makeProof,
} from '../../src/core/bundle/mod.ts'
import { type BundleWish, makeBundle, sha256 } from './bundle-specimen.ts'

/** What `kmend build` and `kmend prove` leave in a folder, of the small live patch of a bundle's specimen. */
export async function writeBuiltFolder(folder: string, wish: BundleWish = {}): Promise<Manifest> {
  const { manifest, module, files } = makeBundle(wish)
  const patches = files.filter(({ role }) => role === 'source')
  const contents: [string, string | Uint8Array][] = [
    ['manifest.json', formatManifest(manifest)],
    [manifest.module.file, module],
    ['recipe.json', formatRecipe(recipeOf(manifest, files))],
    ...patches.map(({ name, bytes }): [string, Uint8Array] => [name, bytes]),
    ['proof.json', proofOf(manifest)],
  ]
  for (const [name, content] of contents) {
    await mkdir(dirname(`${folder}/${name}`), { recursive: true })
    await writeFile(`${folder}/${name}`, content)
  }
  return manifest
}

/** What the build of a specimen was asked for. */
export function recipeOf(manifest: Manifest, files: readonly BundleFile[]): Recipe {
  const patches = files.filter(({ role }) => role === 'source')
  return {
    schema: 'kmend/recipe/1',
    release: manifest.kernel.release,
    name: manifest.name,
    version: manifest.version ?? 1,
    cves: manifest.fixes.cves,
    bugs: [],
    from: {
      kind: 'patches',
      patches: patches.map(({ name, bytes }) => ({ name: name.slice('sources/'.length), file: name, sha256: sha256(bytes) })),
      fuzz: 0,
      allowLayout: [],
      allowThreadLoop: [],
      setData: [],
    },
  }
}

export function proofOf(manifest: Manifest, { failedTests = [] }: Partial<Pick<Proof, 'failedTests'>> = {}): string {
  const { release, buildId } = manifest.kernel
  const detail = { release, buildId, emulator: 'QEMU 7.2', bootMs: 9000, patches: [], probes: [] }
  return formatProof(makeProof(manifest, { configuration: [], failedTests, warnedTests: [], detail }))
}
