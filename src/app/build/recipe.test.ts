import { describe, expect, test } from 'vitest'
import { makeBundle, sha256 } from '../../../test/kit/bundle-specimen.ts'
import { type Recipe, formatRecipe, parseRecipe } from '../../core/bundle/mod.ts'
import { type FullRecipe, keepRecipe, makeRecipe, recipeOfPatches } from './recipe.ts'

const REQUEST = {
  patches: [
    { file: 'a/fix.patch', text: 'one' },
    { file: 'b/fix.patch', text: 'two' },
    { file: '../für alle.patch', text: 'three' },
  ],
  release: '6.1.0-1-cloud-amd64',
  name: 'fix',
  output: '/out',
  fuzz: 1,
  allowLayout: ['sock'],
  allowThreadLoop: ['kthread'],
  setData: ['limit'],
  cves: ['CVE-2026-1000'],
  bugs: [],
}

const sourceNames = ({ recipe }: FullRecipe) =>
  recipe.from.kind === 'patches' ? recipe.from.patches.map(({ name, file }) => [name, file]) : []

describe('the recipe of a build', () => {
  test('names each patch as it was given, and a file for it that a bundle can hold', () => {
    const full = recipeOfPatches(REQUEST, sha256)
    expect(sourceNames(full)).toEqual([
      ['fix.patch', 'sources/0001-fix.patch'],
      ['fix.patch', 'sources/0002-fix.patch'],
      ['für alle.patch', 'sources/0003-f_r_alle.patch'],
    ])
    expect([...full.sources.values()]).toEqual(['one', 'two', 'three'])
  })

  test('of an update keeps what was left out by request, and is refused where that is not of the form', () => {
    const from = { kind: 'update', older: '1', newer: '2', only: [], cveRecords: null } as const
    const { recipe } = makeRecipe(REQUEST, { ...from, without: [{ path: 'fs/a.c', item: 'f', reason: 'slow' }] })
    expect(parseRecipe(formatRecipe(recipe), 'recipe.json')).toEqual(recipe)
    const { recipe: wrong } = makeRecipe(REQUEST, { ...from, without: [{ path: 'fs/a.c' }] as never })
    expect(() => parseRecipe(formatRecipe(wrong), 'recipe.json')).toThrow('it is not of the form kmend/recipe/1')
  })

  test('is the same after it is written and read', () => {
    const { recipe } = recipeOfPatches(REQUEST, sha256)
    expect(parseRecipe(formatRecipe(recipe), 'recipe.json')).toEqual(recipe)
    expect(recipe).toMatchObject({ version: 1, from: { fuzz: 1, allowLayout: ['sock'], allowThreadLoop: ['kthread'], setData: ['limit'] } })
  })

  test('has the manifest of the version before, whole', () => {
    const { manifest } = makeBundle({ name: 'before' })
    const { recipe, sources } = makeRecipe({ ...REQUEST, after: { folder: '/before', manifest, dropped: [] } }, { kind: 'nothing' })
    expect(JSON.parse(sources.get(recipe.after?.manifest ?? '') ?? '')).toEqual(manifest)
  })

  test('is written with its sources, the recipe last', async () => {
    const written: string[] = []
    const files = { write: async (path: string) => void written.push(path) }
    await keepRecipe(recipeOfPatches(REQUEST, sha256), '/out', { files: files as never })
    expect(written).toEqual([
      '/out/sources/0001-fix.patch',
      '/out/sources/0002-fix.patch',
      '/out/sources/0003-f_r_alle.patch',
      '/out/recipe.json',
    ])
  })
})

const PATCHES = { kind: 'patches', patches: [], fuzz: 0, allowLayout: [], allowThreadLoop: [], setData: [] }

test.each<[string, unknown]>([
  ['null', null],
  ['of another form', { schema: 'kmend/recipe/9' }],
  ['with a name that leads elsewhere', { name: '../fix' }],
  ['with patches without digests', { from: { ...PATCHES, patches: [{ name: 'a', file: 'sources/a' }] } }],
  ['with a patch that lies elsewhere', { from: { ...PATCHES, patches: [{ name: 'a', file: '../a', sha256: 'ab'.repeat(32) }] } }],
  ['from somewhere unknown', { from: { kind: 'command', line: 'reboot' } }],
])('a recipe that is %s is refused', (_, change) => {
  const { recipe } = recipeOfPatches(REQUEST, sha256)
  const text = JSON.stringify(change === null ? null : { ...recipe, ...(change as Partial<Recipe>) })
  expect(() => parseRecipe(text, 'recipe.json')).toThrow(expect.objectContaining({ code: 'bundle/damaged', in: 'recipe.json' }) as Error)
})
