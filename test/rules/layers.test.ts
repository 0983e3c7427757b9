import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkImports, checkLayers, findCircles, reachedFrom } from './imports.ts'
import { type Layer, LAYERS } from './layers.ts'
import { readFiles, ROOT } from './project.ts'

const sources = readFiles('.ts').filter(({ path }) => path.startsWith('src/'))

describe('the code keeps to its layers', () => {
  test('a row names only rows above it', () => {
    expect(checkLayers(LAYERS)).toEqual([])
  })

  test('every file imports only what its row names', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(sources.flatMap((file) => checkImports(file, LAYERS))).toEqual([])
  })

  test('no file imports itself by way of others', () => {
    expect(findCircles(sources)).toEqual([])
  })

  test('the program of a host reaches neither the builder nor sources, kernels and virtual machines', () => {
    const reached = reachedFrom('src/bin/host.ts', sources)
    expect(reached).toContain('src/app/host/put-in.ts')
    const builder = /^src\/(app\/(?!host\/|log\/)|core\/(diff|runpre|klp|module|update|lint|types)\/|io\/(compile|kbuild|apt|qemu))/
    expect(reached.filter((path) => builder.test(path))).toEqual([])
  })

  test('every row is a folder', () => {
    expect(LAYERS.map(({ folder }) => folder).filter((folder) => !existsSync(join(ROOT, 'src', folder)))).toEqual([])
  })
})

describe('the layer rules see', () => {
  const layers: readonly Layer[] = [
    { folder: 'core/base', may: [], door: true },
    { folder: 'core/elf', may: ['core/base'], door: true },
    { folder: 'io', may: ['core'], node: true },
    { folder: 'app/build', may: ['core'] },
    { folder: 'bin', may: ['core', 'io', 'app'], npm: ['commander'], node: true },
  ]
  const check = (path: string, text: string) => checkImports({ path, text }, layers)

  test.each([
    ['a folder without a row', 'src/core/new/a.ts', '', /belongs to no layer/],
    ['Node in the core', 'src/core/base/a.ts', "import { join } from 'node:path'", /core\/base may not reach Node/],
    ['a package in the core', 'src/core/elf/a.ts', "import elf from 'elf/read'", /may not import the package elf$/],
    ['a row below', 'src/core/base/a.ts', "import { x } from '../elf/mod.ts'", /core\/base may not import core\/elf/],
    ['app meeting io', 'src/app/build/a.ts', "import { exec } from '../../io/exec.ts'", /app\/build may not import io/],
    ['a way past the door', 'src/io/a.ts', "export { x } from '../core/elf/read.ts'", /the only door of core\/elf is its mod.ts/],
    ['a type import', 'src/core/base/a.ts', "import type {\n  X,\n} from '../elf/mod.ts'", /may not import core\/elf/],
    ['a dynamic import', 'src/core/base/a.ts', "const x = await import('../elf/mod.ts')", /may not import core\/elf/],
    ['an import for its effect', 'src/core/base/a.ts', "import '../elf/mod.ts'", /may not import core\/elf/],
    ['the product leaning on its tests', 'src/bin/a.ts', "import { x } from '../../test/kit/x.ts'", /nothing but src/],
  ])('%s', (_, path, text, wrong) => {
    expect(check(path, text)).toEqual([expect.stringMatching(wrong)])
  })

  test('nothing wrong where nothing is', () => {
    expect(
      check('src/bin/a.ts', "import { Command } from 'commander'\nimport { x } from '../core/base/mod.ts'\nimport y from 'node:os'"),
    ).toEqual([])
    expect(check('src/core/base/a.test.ts', "import { readFileSync } from 'node:fs'")).toEqual([])
  })

  test('a row that names one below it', () => {
    expect(
      checkLayers([
        { folder: 'core/a', may: ['core/b'] },
        { folder: 'core/b', may: [] },
      ]),
    ).toEqual(['core/a names core/b, which is not above it'])
    expect(
      checkLayers([
        { folder: 'core/a', may: [] },
        { folder: 'io', may: ['core'] },
        { folder: 'core/b', may: [] },
      ]),
    ).toEqual(['io names core, which is not above it'])
  })

  test('a circle', () => {
    const files = [
      { path: 'src/a.ts', text: "import './b.ts'" },
      { path: 'src/b.ts', text: "import './c.ts'" },
      { path: 'src/c.ts', text: "import './b.ts'" },
    ]
    expect(findCircles(files)).toEqual(['src/b.ts → src/c.ts → src/b.ts'])
  })
})
