import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { REFUSALS } from '../../src/core/diff/refusal.ts'

/** Codes that no golden case can come to, each with the test on a real kernel that does. */
const ON_A_REAL_KERNEL: Readonly<Record<string, string>> = {
  // What a prototype is, the kernel's own genksyms says.
  'prototype-changed': 'test/real/prototypes.test.ts',
}

const ROOT = join(import.meta.dirname, '../..')
const GOLDEN = join(ROOT, 'test/golden')

const expectations = readdirSync(GOLDEN)
  .map((name) => join(GOLDEN, name, 'expected.txt'))
  .flatMap((path) => (existsSync(path) ? [readFileSync(path, 'utf8')] : []))

test('every refusal has a golden case, or a test on a real kernel', () => {
  const golden = Object.keys(REFUSALS).filter((code) => isRefused(code, expectations))
  const others = Object.keys(REFUSALS).filter((code) => !golden.includes(code))
  expect(others).toEqual(Object.keys(ON_A_REAL_KERNEL))
  for (const [code, path] of Object.entries(ON_A_REAL_KERNEL)) expect(readFileSync(join(ROOT, path), 'utf8')).toContain(` ${code}'`)
})

test('a code in the reason of another refusal, or in the lines that say why, is none', () => {
  expect(
    isRefused('data-changed', ['# refused   limit: data-changed: it was 3\nrefused   limit: data-resized: not data-changed: it grew\n']),
  ).toBe(false)
  expect(isRefused('data-changed', ['nothing\n', '# Right so.\nrefused   limit: data-changed: it was 3\n'])).toBe(true)
})

function isRefused(code: string, texts: readonly string[]): boolean {
  return texts.some((text) => text.split('\n').some((line) => new RegExp(`^refused {3}[^:]+: ${code}: `).test(line)))
}
