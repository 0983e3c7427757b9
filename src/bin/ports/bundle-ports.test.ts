import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { proofOf, writeBuiltFolder } from '../../../test/kit/built-folder.ts'
import { sha256 } from '../../../test/kit/bundle-specimen.ts'
import { type BundleRequest, makeBundle, readSummary } from '../../app/bundle/mod.ts'
import { findFile, readBundle, textOf } from '../../core/bundle/mod.ts'
import { makeBundlePorts } from './bundle-ports.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(`${tmpdir()}/kmend-bundle-test-`)
})
afterEach(() => rm(folder, { recursive: true }))

function bundle(request: Partial<BundleRequest> = {}) {
  const usual = { kind: undefined, title: undefined, mayBeUnproved: false, cveRecords: undefined }
  return makeBundle({ folder: `${folder}/out`, output: `${folder}/fix.kmend`, ...usual, ...request }, makeBundlePorts())
}

/** A file of the bundle that was made, as a value. */
async function partOf(role: 'provenance' | 'sbom' | 'advisory'): Promise<unknown> {
  const { files } = readBundle(await readFile(`${folder}/fix.kmend`), { file: 'fix.kmend', digest: sha256 })
  return JSON.parse(textOf(findFile(files, role)) ?? '')
}

const RECORD = {
  cveMetadata: { cveId: 'CVE-2026-1000' },
  containers: {
    cna: {
      title: 'net: check the length',
      providerMetadata: { shortName: 'Linux' },
      metrics: [{ cvssV3_1: { vectorString: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H' } }],
      references: [{ url: 'https://git.kernel.org/stable/c/abc' }],
    },
  },
}

describe('a bundle of what a build left', () => {
  test('is read again as what it was made of', async () => {
    await writeBuiltFolder(`${folder}/out`, { version: 2, cves: ['CVE-2026-1000'], isSigned: true })
    const { path, ...made } = await bundle()
    expect(made).toMatchObject({ version: 2, kind: 'security', title: 'Fixes CVE-2026-1000', isSigned: true, proof: 'PASSED' })
    expect(await readSummary(path, makeBundlePorts())).toEqual(made)
  })

  test('is the same, byte for byte, from another folder', async () => {
    for (const name of ['out', 'another-and-longer']) await writeBuiltFolder(`${folder}/${name}`)
    await bundle()
    await bundle({ folder: `${folder}/another-and-longer`, output: `${folder}/second.kmend` })
    expect(await readFile(`${folder}/second.kmend`)).toEqual(await readFile(`${folder}/fix.kmend`))
  })

  test('says by digest what its module was made from, in provenance and SBOM, and names no time', async () => {
    const { module, inputs } = await writeBuiltFolder(`${folder}/out`)
    await bundle()
    const provenance = await partOf('provenance')
    expect(provenance).toMatchObject({
      subject: [{ name: module.file, digest: { sha256: module.sha256 } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          externalParameters: { schema: 'kmend/recipe/1', release: '6.1.0-1-cloud-amd64' },
          resolvedDependencies: [{ name: 'fix.patch', digest: { sha256: inputs.patches[0]?.sha256 } }],
        },
      },
    })
    const sbom = await partOf('sbom')
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'kmend_fix', hashes: [{ alg: 'SHA-256', content: module.sha256 }] } },
      components: [{ name: 'fix.patch', hashes: [{ content: inputs.patches[0]?.sha256 }] }],
    })
    expect(JSON.stringify([provenance, sbom])).not.toMatch(/timestamp|serialNumber|startedOn/)
  })

  test('tells of a CVE what its record says, and nothing where none was given', async () => {
    await writeBuiltFolder(`${folder}/out`, { cves: ['CVE-2026-1000', 'CVE-2026-2000'] })
    await writeFile(`${folder}/record.json`, JSON.stringify(RECORD))
    await bundle({ cveRecords: folder, title: 'Check the length' })
    expect(await partOf('advisory')).toMatchObject({
      title: 'Check the length',
      cves: [
        { title: 'net: check the length', cvss: [{ score: 7.8, source: 'Linux' }], references: ['https://git.kernel.org/stable/c/abc'] },
        { id: 'CVE-2026-2000', title: null, cvss: [], knownExploited: null, references: [] },
      ],
    })
  })

  test('that replaces nothing is an initial one', async () => {
    await writeBuiltFolder(`${folder}/out`, { kind: 'initial' })
    expect(await bundle()).toMatchObject({ kind: 'initial', title: 'Initial live patch for 6.1.0-1-cloud-amd64', functions: [] })
  })
})

describe('no bundle is made', () => {
  test.each(['manifest.json', 'recipe.json', 'kmend_fix.ko', 'sources/fix.patch'])('without %s, and the fault says which', async (name) => {
    await writeBuiltFolder(`${folder}/out`)
    await rm(`${folder}/out/${name}`)
    await expect(bundle()).rejects.toMatchObject({ code: 'bundle/incomplete', in: `${folder}/out/${name}` })
  })

  test('of another module than that of the manifest', async () => {
    await writeBuiltFolder(`${folder}/out`)
    const other = await writeBuiltFolder(`${folder}/other`, { release: '6.1.0-2-cloud-amd64' })
    await writeFile(`${folder}/out/${other.module.file}`, await readFile(`${folder}/other/${other.module.file}`))
    await expect(bundle()).rejects.toMatchObject({ code: 'bundle/damaged' })
  })

  test('from a recipe that names a file outside the folder', async () => {
    await writeBuiltFolder(`${folder}/out`)
    const recipe = await readFile(`${folder}/out/recipe.json`, 'utf8')
    await writeFile(`${folder}/out/recipe.json`, recipe.replace('"sources/fix.patch"', '"sources/../../secret"'))
    await expect(bundle()).rejects.toMatchObject({ code: 'bundle/damaged' })
  })
})

describe('a live patch', () => {
  test.each([
    ['was never proved', undefined, null, /nothing proves it/],
    ['failed its proof', { failedTests: ['a warning'] }, 'FAILED', /its proof failed/],
    ['was proved as another module', { sha256: '00'.repeat(32) }, null, /that of another module/],
  ])('that %s is bundled only when that is said, and then shows it', async (_, how, shown, finding) => {
    const manifest = await writeBuiltFolder(`${folder}/out`)
    const path = `${folder}/out/proof.json`
    const module = { ...manifest.module, ...(how !== undefined && 'sha256' in how ? how : {}) }
    if (how === undefined) await rm(path)
    else await writeFile(path, proofOf({ ...manifest, module }, 'failedTests' in how ? how : {}))
    await expect(bundle()).rejects.toMatchObject({ code: 'bundle/incomplete', message: expect.stringMatching(finding) as string })
    expect(await bundle({ mayBeUnproved: true })).toMatchObject({ proof: shown })
  })
})
