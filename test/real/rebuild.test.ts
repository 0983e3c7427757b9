import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeBundle } from '../../src/app/bundle/mod.ts'
import { type RebuildOutcome, type RebuildRequest, rebuild } from '../../src/app/rebuild/mod.ts'
import { kmendHome } from '../../src/bin/home.ts'
import { makeBundlePorts } from '../../src/bin/ports/bundle-ports.ts'
import { makeRebuildPorts } from '../../src/bin/ports/rebuild-ports.ts'
import { type Bundle, formatManifest, readBundle, writeBundle } from '../../src/core/bundle/mod.ts'
import { readElf } from '../../src/core/elf/mod.ts'
import { buildEdits, buildPatch, outputFolder } from '../kit/build-and-prove.ts'
import { sha256 } from '../kit/bundle-specimen.ts'
import { LOOP_OFFSET, VERSION } from '../kit/edit-source.ts'
import { GREETER_WORDS, buildGreeter } from '../kit/external-module.ts'
import { realKernel } from '../kit/real-kernel.ts'
import { diffTexts } from '../kit/unit-pair.ts'

/** A bundle is what its sources give, or it is found out. */

const outputs = outputFolder()
afterAll(outputs.dispose)
const file = `${outputs.path}/fix.kmend`

beforeAll(async () => {
  await buildEdits([VERSION], { name: 'fix', output: `${outputs.path}/fix`, cves: ['CVE-2026-1'] })
  await bundled('fix')
})

/** Of what was built in the folder of that name. */
async function bundled(name: string): Promise<string> {
  const wish = { kind: undefined, title: undefined, mayBeUnproved: true, cveRecords: undefined }
  return (await makeBundle({ folder: `${outputs.path}/${name}`, output: `${outputs.path}/${name}.kmend`, ...wish }, makeBundlePorts())).path
}

const differencesOf = ({ files }: RebuildOutcome) =>
  files.flatMap(({ name, differences }) => differences.map((difference) => `${name}: ${difference}`))

function again(bundle: string, ports = makeRebuildPorts(() => {}), request: Partial<RebuildRequest> = {}) {
  const output = `${bundle}-rebuilt`
  return rebuild({ bundle, output, moduleSource: undefined, mayHaveOtherTools: false, ...request }, ports)
}

/** A home of its own, as another machine has one; what the archive would send again is there. */
function anotherHome(): string {
  const home = `${outputs.path}/home-of-another-machine-with-a-longer-name`
  mkdirSync(home)
  for (const name of ['apt', 'debs']) symlinkSync(`${kmendHome()}/${name}`, `${home}/${name}`)
  return home
}

/** The bundle with something in it changed, and all digests as they have to be. */
function remade(name: string, change: (bundle: Bundle) => Bundle): string {
  const path = `${outputs.path}/${name}.kmend`
  writeFileSync(path, writeBundle(change(readBundle(readFileSync(file), { file, digest: sha256 })), sha256))
  return path
}

function withManifest(bundle: Bundle, manifest: Bundle['manifest'], module?: Uint8Array): Bundle {
  const files = bundle.files.map((part) => {
    if (part.role === 'manifest') return { ...part, bytes: Buffer.from(formatManifest(manifest)) }
    return part.role === 'module' && module !== undefined ? { ...part, bytes: module } : part
  })
  return { ...bundle, manifest, files }
}

test('on another machine, with the kernel fetched and prepared again, the same comes out', async () => {
  const outcome = await again(
    file,
    makeRebuildPorts(() => {}, anotherHome()),
  )
  expect(differencesOf(outcome)).toEqual([])
  expect(outcome).toMatchObject({ kind: 'same', name: 'fix', notCompared: [{ name: 'advisory.json' }] })
  const names = ['fix.ko', 'manifest.json', 'provenance.json', 'recipe.json', 'sbom.json', 'sources/0001-fix.patch']
  expect(outcome.files.map(({ name }) => name).toSorted()).toEqual(names)
})

test('a later version is built again with the manifest of the one before, which the bundle brings', async () => {
  const { manifest } = readBundle(readFileSync(file), { file, digest: sha256 })
  const dropped = [{ id: 'CVE-2026-1', reason: 'it was none' }]
  const after = { folder: `${outputs.path}/fix`, manifest, dropped }
  await buildEdits([LOOP_OFFSET], { name: 'next', version: 2, output: `${outputs.path}/next`, after })
  const path = await bundled('next')
  rmSync(`${outputs.path}/fix`, { recursive: true })
  const outcome = await again(path)
  expect(differencesOf(outcome)).toEqual([])
  expect(outcome).toMatchObject({ kind: 'same', name: 'next', version: 2 })
  expect(outcome.files.map(({ name }) => name)).toContain('sources/after.json')
})

test('a live patch of a module from outside the kernel takes the source of that, as it was', async () => {
  const kernel = await realKernel()
  const source = `${outputs.path}/greeter`
  const external = { source, file: buildGreeter(kernel, source) }
  const text = diffTexts(GREETER_WORDS, GREETER_WORDS.replace('"again"', 'asked % 2 ? "odd" : "even"'), 'lib/words.c')
  await buildPatch(text, { name: 'greet', output: `${outputs.path}/greet`, external })
  const path = await bundled('greet')

  const needed = { code: 'bundle/inputs', message: expect.stringMatching(/source of the module kmend_greeter is not in it/) as string }
  await expect(again(path)).rejects.toMatchObject(needed)
  const moduleSource = `${outputs.path}/source-of-another-machine`
  cpSync(source, moduleSource, { recursive: true })
  rmSync(source, { recursive: true })
  const outcome = await again(path, undefined, { moduleSource })
  expect(differencesOf(outcome)).toEqual([])
  expect(outcome).toMatchObject({ kind: 'same', name: 'greet' })
  expect(outcome.files.map(({ name }) => name)).toContain('external/kmend_greeter.ko')

  writeFileSync(`${moduleSource}/lib/words.c`, GREETER_WORDS.replace('static int asked', 'static long asked'))
  rmSync(`${moduleSource}/include`, { recursive: true })
  await expect(again(path, undefined, { moduleSource })).rejects.toMatchObject({
    code: 'bundle/inputs',
    message: expect.stringMatching(/\n {2}- include\/words\.h is not there\n {2}- lib\/words\.c is another one$/) as string,
  })
})

test('a module that was altered is found out, with the section, however well its manifest fits', async () => {
  const path = remade('altered', (bundle) => {
    const module = Uint8Array.from(bundle.files.find(({ role }) => role === 'module')?.bytes ?? [])
    const code = readElf(module, 'fix.ko').sections.find(({ name }) => name.startsWith('.text.'))
    if (code === undefined) throw new Error('the module has code')
    const at = Buffer.from(module).indexOf(code.data)
    module[at + 6] = (module[at + 6] ?? 0) ^ 1
    return withManifest(bundle, { ...bundle.manifest, module: { ...bundle.manifest.module, sha256: sha256(module) } }, module)
  })
  const outcome = await again(path)
  expect(outcome.kind).toBe('differs')
  const differing = outcome.files.filter(({ isSame }) => !isSame)
  expect(differing.map(({ name }) => name)).toEqual(expect.arrayContaining(['fix.ko', 'manifest.json']))
  expect(differing.find(({ name }) => name === 'fix.ko')?.differences).toEqual([
    expect.stringMatching(/^\.text\.\S+: 1 of \d+ bytes differ, from offset 0x6 on$/),
  ])
})

test('a package that nobody offers any more, and tools that are others here, are named before anything is built', async () => {
  const other = remade('other-packages', (bundle) => {
    const packages = bundle.manifest.inputs.packages.map((one) => (one.name.includes('kbuild') ? { ...one, sha256: '00'.repeat(32) } : one))
    return withManifest(bundle, { ...bundle.manifest, inputs: { ...bundle.manifest.inputs, packages } })
  })
  const missing = { code: 'bundle/inputs', message: expect.stringMatching(/linux-kbuild-\S+ \S+ \(sha256 0000/) as string }
  await expect(again(other)).rejects.toMatchObject(missing)
  await expect(
    again(
      other,
      makeRebuildPorts(() => {}, `${outputs.path}/home-with-no-kernel`),
    ),
  ).rejects.toMatchObject(missing)

  const tools = remade('other-tools', (bundle) => {
    const as = bundle.manifest.inputs.tools.map((one) => (one.name === 'as' ? { ...one, sha256: '00'.repeat(32) } : one))
    return withManifest(bundle, { ...bundle.manifest, inputs: { ...bundle.manifest.inputs, tools: as } })
  })
  await expect(again(tools)).rejects.toMatchObject({ code: 'bundle/inputs', message: expect.stringMatching(/\n {2}- as /) as string })
  const forced = await again(tools, undefined, { mayHaveOtherTools: true })
  expect(forced.otherTools).toHaveLength(1)
  expect(forced.files.find(({ role }) => role === 'module')?.isSame).toBe(true)
})
