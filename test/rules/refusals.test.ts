import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXIT, FAULTS } from '../../src/core/base/mod.ts'
import { REFUSALS } from '../../src/core/diff/refusal.ts'

const ROOT = join(import.meta.dirname, '../..')
const GOLDEN = join(ROOT, 'test/golden')

describe('of a build', () => {
  const expectations = readdirSync(GOLDEN)
    .map((name) => join(GOLDEN, name, 'expected.txt'))
    .flatMap((path) => (existsSync(path) ? [readFileSync(path, 'utf8')] : []))

  test('every refusal has a golden case', () => {
    expect(Object.keys(REFUSALS).filter((code) => !isRefused(code, expectations))).toEqual([])
  })

  test('a code in the reason of another refusal, or in the lines that say why, is none', () => {
    expect(
      isRefused('data-changed', ['# refused   limit: data-changed: it was 3\nrefused   limit: data-resized: not data-changed: it grew\n']),
    ).toBe(false)
    expect(isRefused('data-changed', ['nothing\n', '# Right so.\nrefused   limit: data-changed: it was 3\n'])).toBe(true)
  })

  test('every fault that says that something cannot be live patched is named by a test', () => {
    const codes = Object.entries(FAULTS).flatMap(([code, { exit }]) => (exit === EXIT.unpatchable ? [code] : []))
    expect(codes).toContain('source/unsupported')
    const tests = ['src', 'test'].flatMap((folder) => textsIn(folder, isTest))
    expect(codes.filter((code) => !isNamed(code, tests))).toEqual([])
  })
})

describe('of an update', () => {
  const folders = ['src/app/update', 'src/core/update']

  test('every reason of its own is named by a test, and explained to its readers', () => {
    const codes = [...new Set(folders.flatMap((folder) => textsIn(folder, isProgram)).flatMap(codesIn))].filter(
      (code) => !(code in REFUSALS),
    )
    expect(codes.toSorted()).toEqual(OWN_CODES)
    const tests = folders.flatMap((folder) => textsIn(folder, isTest))
    expect(codes.filter((code) => !isNamed(code, tests))).toEqual([])
    const guide = readFileSync(join(ROOT, 'docs/guide/whole-update.md'), 'utf8')
    expect(codes.filter((code) => !guide.includes(`\`${code}\``))).toEqual([])
  })

  test('a code is found however it is given', () => {
    const text = `why: { code: 'one-way', reason }\n code: isAsked ? 'by-choice' : why.code,\n blame(\n  atom,\n  'on-blame',\n  'a reason')\nencode: 'none'`
    expect(codesIn(text)).toEqual(['one-way', 'by-choice', 'on-blame'])
  })
})

test('a name within another, or a longer one, names nothing', () => {
  expect(isNamed('not-asked', ["expect(code).toBe('is-not-asked')", 'not-asked-for'])).toBe(false)
  expect(isNamed('not-asked', ["'fs/a.c#1 not-asked: it lies outside'"])).toBe(true)
})

/** Found in the sources, and told here: so that the search is seen to find them. */
const OWN_CODES = ['belongs-together', 'does-not-compile', 'far-reaching', 'not-asked', 'not-called', 'not-wanted', 'state-missing']

function isRefused(code: string, texts: readonly string[]): boolean {
  return texts.some((text) => text.split('\n').some((line) => new RegExp(`^refused {3}[^:]+: ${code}: `).test(line)))
}

function codesIn(text: string): string[] {
  return [...text.matchAll(/(?:\bcode: (?:\w+ \? )?|\bblame\(\s*atom,\s*)'([a-z-]+)'/g)].map(([, code = '']) => code)
}

function isNamed(code: string, texts: readonly string[]): boolean {
  return texts.some((text) => new RegExp(`(?<![\\w-])${code}(?![\\w-])`).test(text))
}

const isTest = (path: string) => path.endsWith('.test.ts') && !path.endsWith('rules/refusals.test.ts')
const isProgram = (path: string) => path.endsWith('.ts') && !path.endsWith('.test.ts')

function textsIn(folder: string, isWanted: (path: string) => boolean): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(isWanted)
    .map((path) => readFileSync(join(ROOT, folder, path), 'utf8'))
}
