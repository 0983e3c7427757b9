import { describe, expect, test } from 'vitest'
import { type BundleSpecimen, makeBundle, sha256 } from '../../../test/kit/bundle-specimen.ts'
import { type Bundle, type BundleFile, findFile, readBundle, writeBundle } from './mod.ts'
import { readTar, writeTar } from './tar.ts'

const read = (bytes: Uint8Array) => readBundle(bytes, { file: 'x.kmend', digest: sha256 })
const write = ({ manifest, files }: Pick<BundleSpecimen, 'manifest' | 'files'>) =>
  writeBundle({ kind: 'custom', title: 'A title', manifest, files }, sha256)
const without = (role: string) => (files: readonly BundleFile[]) => files.filter((file) => file.role !== role)

describe('a bundle', () => {
  test('is the same after it is written and read', () => {
    const { bytes, manifest, files } = makeBundle({ version: 3, kind: 'stability', title: 'Für alle Fälle' })
    const bundle = read(bytes)
    expect(bundle).toMatchObject({ kind: 'stability', title: 'Für alle Fälle', manifest, isSigned: false })
    expect(bundle.files.map(({ role, name }) => `${role} ${name}`)).toEqual([
      'advisory advisory.json',
      'module kmend_fix.ko',
      'manifest manifest.json',
      'provenance provenance.json',
      'recipe recipe.json',
      'sbom sbom.json',
      'source sources/fix.patch',
    ])
    expect(Buffer.from(findFile(bundle.files, 'source')?.bytes ?? [])).toEqual(findFile(files, 'source')?.bytes)
    expect(writeBundle(bundle, sha256)).toEqual(bytes)
  })

  test('does not depend on the order in which its files are given', () => {
    const { manifest, files } = makeBundle()
    expect(write({ manifest, files: files.toReversed() })).toEqual(write({ manifest, files }))
  })

  test('says whether its module is signed, and takes it by what is signed', () => {
    expect(read(makeBundle({ isSigned: true }).bytes)).toMatchObject({ isSigned: true })
  })
})

/** Each changes one thing of a bundle that is as it should be, before it is written. */
const WRONG: readonly [string, (specimen: BundleSpecimen) => Uint8Array, RegExp][] = [
  ['has no recipe', ({ manifest, files }) => write({ manifest, files: without('recipe')(files) }), /: it has no recipe$/],
  [
    'lacks several things, all of which are said',
    ({ manifest, files }) => write({ manifest, files: without('sbom')(without('advisory')(files)) }),
    /2 things are wrong in it\n {2}- .*it has no sbom\n {2}- .*it has no advisory$/,
  ],
  [
    'has two manifests',
    ({ manifest, files }) => write({ manifest, files: [...files, { role: 'manifest', name: 'second.json', bytes: new Uint8Array(1) }] }),
    /it has 2 files as manifest, and one is allowed$/,
  ],
  [
    'has a recipe under another name',
    ({ manifest, files }) =>
      write({ manifest, files: files.map((file) => (file.role === 'recipe' ? { ...file, name: 'receipt.json' } : file)) }),
    /as recipe it is called "recipe.json"$/,
  ],
  [
    'has the module of another live patch',
    ({ manifest, files }) =>
      write({
        manifest,
        files: files.map((file) => (file.role === 'module' ? { ...file, bytes: makeBundle({ name: 'other' }).module } : file)),
      }),
    /Cannot use other: the module is not the one that its manifest names$/,
  ],
  [
    'says another version than its manifest',
    ({ manifest, files }) => write({ manifest: { ...manifest, version: 7 }, files }),
    /its version is 7, and the manifest says 1$/,
  ],
  [
    'says another kernel than its manifest',
    ({ manifest, files }) => write({ manifest: { ...manifest, kernel: { ...manifest.kernel, buildId: 'ee' } }, files }),
    /its buildId is "ee", and the manifest says "(ab){20}"$/,
  ],
  [
    'lacks the module that is patched',
    ({ manifest, files }) => {
      const external = {
        name: 'greeter',
        file: 'external/greeter.ko',
        sha256: '0'.repeat(64),
        sizeBytes: 1,
        buildId: null,
        srcversion: null,
        sources: [],
      }
      const changed = Buffer.from(JSON.stringify({ ...manifest, external }))
      return write({ manifest, files: files.map((file) => (file.role === 'manifest' ? { ...file, bytes: changed } : file)) })
    },
    /the manifest names it as the module that is patched, and it is not there$/,
  ],
]

/** The same files, behind another list of them. */
function relist(change: (files: Listed[]) => readonly Listed[]): Uint8Array {
  const [first, ...rest] = readTar(makeBundle().bytes, 'x.kmend')
  const index = JSON.parse(Buffer.from(first?.bytes ?? []).toString()) as { files: Listed[] }
  return writeTar([{ name: 'bundle.json', bytes: Buffer.from(JSON.stringify({ ...index, files: change(index.files) })) }, ...rest])
}

const asFirst =
  (change: Partial<Listed>) =>
  (files: Listed[]): readonly Listed[] =>
    files.map((file, at) => (at === 0 ? { ...file, ...change } : file))

interface Listed {
  readonly name: string
  readonly role: string
  readonly sha256: string
  readonly sizeBytes: number
}

describe('no bundle is what', () => {
  test.each<[string, (files: Listed[]) => readonly Listed[], RegExp]>([
    ['has a file that is not listed', (files) => files.slice(1), /: bundle.json does not list it$/],
    [
      'lists a file that is not there',
      (files) => [...asFirst({ name: 'a.json' })(files).slice(0, 1), ...files],
      /: bundle.json lists it, and it is not there$/,
    ],
    ['lists a file twice', (files) => [...files.slice(0, 1), ...files], /: its list is not in the order of the files$/],
    ['lists another order', (files) => files.toReversed(), /: its list is not in the order of the files$/],
    ['lists another digest', asFirst({ sha256: '0'.repeat(64) }), /: its digest is [0-9a-f]{64}, and bundle.json says 0{64}$/],
    ['lists another size', asFirst({ sizeBytes: 9 }), /: it has \d+ bytes, and bundle.json says 9$/],
    ['lists a role that is none', asFirst({ role: 'toString' }), /: its list of files is not one of names/],
    ['lists a digest that is none', asFirst({ sha256: 'x' }), /: its list of files is not one of names/],
  ])('%s', (_, change, said) => {
    expect(() => read(relist(change))).toThrow(
      expect.objectContaining({ code: 'bundle/damaged', message: expect.stringMatching(said) as string }) as Error,
    )
  })

  test.each(['', '{', 'null', '[]', '{"schema":"kmend/bundle/2"}', '\xff'])('has %j as bundle.json', (text) => {
    const [, ...rest] = readTar(makeBundle().bytes, 'x.kmend')
    const bytes = writeTar([{ name: 'bundle.json', bytes: Buffer.from(text, 'latin1') }, ...rest])
    expect(() => read(bytes)).toThrow('it is not of the form kmend/bundle/1: a newer kmend may be needed')
  })

  test.each(WRONG)('%s', (_, make, said) => {
    expect(() => read(make(makeBundle()))).toThrow(
      expect.objectContaining({ code: 'bundle/damaged', message: expect.stringMatching(said) as string }) as Error,
    )
  })

  test.each<[string, Partial<Bundle>, RegExp]>([
    ['a kind that is none', { kind: 'urgent' as 'custom' }, /its kind is none of initial, security, stability, corruption, custom/],
    ['a title of two lines', { title: 'two\nlines' }, /its title is not one line/],
    ['a title that a terminal obeys', { title: '\u009b31m' }, /its title is not one line/],
  ])('has %s', (_, change, said) => {
    const { manifest, files } = makeBundle()
    expect(() => read(writeBundle({ kind: 'custom', title: 'A title', manifest, files, ...change }, sha256))).toThrow(said)
  })
})
