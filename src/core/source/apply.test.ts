import { describe, expect, test } from 'vitest'
import { applyHunks, parseUnifiedDiff } from './mod.ts'

const ORIGINAL = ['one', 'two', 'three', 'four', 'five', 'six', 'seven']

function apply(hunks: readonly string[], { original = ORIGINAL, fuzz = 0 } = {}) {
  const [file] = parseUnifiedDiff(`--- a/a.c\n+++ b/a.c\n${hunks.join('\n')}\n`, 'fix.patch').files
  if (file === undefined) throw new Error('a patch has a file')
  return applyHunks(original, file, { fuzz })
}

const CHANGE = ['@@ -2,3 +2,4 @@', ' two', '-three', '+THREE', '+3', ' four']

describe('hunks', () => {
  test('change lines where they say, and each line knows the one it stands for', () => {
    expect(apply(CHANGE)).toEqual({
      kind: 'applied',
      lines: [
        { text: 'one', original: 1 },
        { text: 'two', original: 2 },
        { text: 'THREE', original: undefined },
        { text: '3', original: undefined },
        { text: 'four', original: 4 },
        { text: 'five', original: 5 },
        { text: 'six', original: 6 },
        { text: 'seven', original: 7 },
      ],
    })
  })

  test('find their lines elsewhere, and later hunks move with them', () => {
    const outcome = apply([...CHANGE, '@@ -6,1 +7,1 @@', '-six', '+SIX'], { original: ['zero', 'null', ...ORIGINAL] })
    expect(outcome.kind === 'applied' && outcome.lines.map(({ text }) => text).join(' ')).toBe(
      'zero null one two THREE 3 four five SIX seven',
    )
  })

  test('whose context is elsewhere, and in several places, are not placed by chance', () => {
    const original = ['a', 'b', 'twin', 'c', 'twin', 'd']
    expect(apply(['@@ -1,1 +1,1 @@', '-twin', '+TWIN'], { original })).toMatchObject({ kind: 'ambiguous', places: [3, 5] })
    expect(apply(['@@ -5,1 +5,1 @@', '-twin', '+TWIN'], { original })).toMatchObject({ kind: 'applied' })
  })

  test('that do not fit say the first line that differs', () => {
    expect(apply(['@@ -2,3 +2,3 @@', ' two', '-drei', '+3', ' four'])).toMatchObject({
      kind: 'failed',
      expected: 'drei',
      found: 'three',
      at: 3,
    })
  })

  test('that are applied already do not fit', () => {
    expect(apply(CHANGE, { original: ['one', 'two', 'THREE', '3', 'four'] }).kind).toBe('failed')
  })

  test('may differ in outer context when fuzz is allowed, and not before', () => {
    const hunk = ['@@ -1,5 +1,5 @@', ' ONE', ' two', '-three', '+3', ' four', ' FIVE']
    expect(apply(hunk).kind).toBe('failed')
    const outcome = apply(hunk, { fuzz: 1 })
    expect(outcome.kind === 'applied' && outcome.lines.map(({ text }) => text).join(' ')).toBe('one two 3 four five six seven')
  })

  test('never let a removed line differ, whatever the fuzz', () => {
    expect(apply(['@@ -1,1 +1,1 @@', '-ONE', '+1'], { fuzz: 3 }).kind).toBe('failed')
  })

  test('fill a new file', () => {
    const outcome = apply(['@@ -0,0 +1,2 @@', '+a', '+b'], { original: [] })
    expect(outcome.kind === 'applied' && outcome.lines.map(({ text }) => text)).toEqual(['a', 'b'])
  })

  test('insert after the line that they name when they have no context', () => {
    const outcome = apply(['@@ -2,0 +3,1 @@', '+new'])
    expect(outcome.kind === 'applied' && outcome.lines.map(({ text }) => text).join(' ')).toBe('one two new three four five six seven')
  })
})
