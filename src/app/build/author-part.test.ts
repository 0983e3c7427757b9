import { expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { diffObjects } from '../../core/diff/mod.ts'
import { type NamedExceptions, checkExceptions } from './author-part.ts'

const diffOf = (setData: readonly string[], patched: readonly number[]) => {
  const limit = (bytes: readonly number[]): Piece => ({ name: 'limit', kind: 'data', bytes })
  return diffObjects({ unit: 'a.c', original: makeElf([limit([3, 0])]), patched: makeElf([limit(patched)]), tables: [], setData })
}

const check = (named: Partial<NamedExceptions>, found: Partial<Parameters<typeof checkExceptions>[1]>) => () =>
  checkExceptions({ setData: [], allowLayout: [], allowThreadLoop: [], ...named }, { diffs: [], changedTypes: [], ...found })

test.each([
  ['limit', [4, 0]],
  ['a.c:limit', [4, 0]],
  ['limit', [4, 0, 0, 0]], // resized: refused with its own reason
])('--set-data %s is found', (name, patched) => {
  expect(check({ setData: [name] }, { diffs: [diffOf([name], patched)] })).not.toThrow()
})

test.each([
  ['limits', [4, 0]],
  ['b.c:limit', [3, 0]],
  ['limit', [3, 0]],
])('--set-data %s that changes nothing ends in a fault', (name, patched) => {
  expect(check({ setData: [name] }, { diffs: [diffOf([name], patched)] })).toThrow(
    expect.objectContaining({ code: 'usage/set-data' }) as Error,
  )
})

test('--allow-layout with a name that no changed type has ends in a fault, which names those that change', () => {
  const found = { changedTypes: ['loop_cmd', 'loop_cmd', 'loop_device'] }
  expect(check({ allowLayout: ['loop_cmd'] }, found)).not.toThrow()
  expect(check({ allowLayout: ['loop_cmd', 'loop_cmdx'] }, found)).toThrow(
    expect.objectContaining({
      code: 'usage/allow-layout',
      message: 'Cannot allow loop_cmdx to change: the patch changes no struct, union or enum of this name',
      try: 'take --allow-layout off, or name one that changes: loop_cmd, loop_device',
    }) as Error,
  )
})

test('--allow-thread-loop with a name that no replaced loop has ends in a fault, which names those that are refused', () => {
  const loop = (last: number): Piece => ({
    name: 'watch',
    kind: 'function',
    bytes: [0xe8, 0, 0, 0, 0, 0xb0, last, 0xc3],
    refs: [{ at: 1, to: 'kthread_should_stop' }],
  })
  const diffs = (allowThreadLoop: readonly string[]) => [
    diffObjects({ unit: 'a.c', original: makeElf([loop(1)]), patched: makeElf([loop(2)]), tables: [], allowThreadLoop }),
  ]
  expect(check({ allowThreadLoop: ['watch'] }, { diffs: diffs(['watch']) })).not.toThrow()
  expect(check({ allowThreadLoop: ['wach'] }, { diffs: diffs(['wach']) })).toThrow(
    expect.objectContaining({
      code: 'usage/allow-thread-loop',
      try: 'take --allow-thread-loop off, or name one that is refused: watch',
    }) as Error,
  )
})
