import { describe, expect, test } from 'vitest'
import { makeElf, type Piece } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { checkCallbacks, isPatched, resolveUnits, statesOf } from './mod.ts'

const ADDRESS = 1 // R_X86_64_64

const callback = (name: string): Piece[] => [
  { name, kind: 'function', bytes: [0xc3], bind: 0 },
  {
    name: `kmend_pre_patch_${name}`,
    kind: 'data',
    section: '.kmend.callback.pre_patch',
    bytes: [0, 0, 0, 0, 0, 0, 0, 0],
    bind: 0,
    refs: [{ at: 0, to: name, type: ADDRESS, addend: 0n }],
  },
]

const state = (id: number, version: number): Piece => ({
  name: `kmend_state_${id}`,
  kind: 'data',
  section: '.kmend.state',
  bytes: [id, 0, 0, 0, 0, 0, 0, 0, version, 0, 0, 0, 0, 0, 0, 0],
  bind: 0,
})

interface Unit {
  readonly unit: string
  readonly object: string
  readonly brings: readonly Piece[]
}

function resolve(...units: readonly Unit[]) {
  return resolution(units).units
}

function refusalsOf(...units: readonly Unit[]) {
  return resolution(units).refusals
}

/** Units of one running object each, whose patched objects bring these. */
function resolution(units: readonly Unit[]) {
  const own: Piece = { name: 'check', kind: 'function', bytes: [0xc3] }
  return resolveUnits(
    units.map(({ unit, object, brings }) => {
      const diff = diffObjects({ unit, original: makeElf([own]), patched: makeElf([own, ...brings]), tables: [] })
      const running = makeRunning([{ name: 'check', bytes: [0xc3] }], object)
      return { diff, running, match: matchRunPre(diff.original, running) }
    }),
    [],
  )
}

describe('callbacks and states of several units', () => {
  test('an object has one callback of a kind: the second is refused and told where the first is', () => {
    const units = resolve(
      { unit: 'a.c', object: 'vmlinux', brings: callback('one') },
      { unit: 'b.c', object: 'vmlinux', brings: callback('two') },
      { unit: 'c.c', object: 'ext4', brings: callback('three') },
    )
    expect(checkCallbacks(units)).toEqual([
      { code: 'callback-twice', unit: 'b.c', subject: 'two', reason: 'vmlinux has a pre-patch callback already: one of a.c' },
    ])
    expect(units.map(isPatched)).toEqual([true, true, true])
  })

  test('a pre-patch callback sets up new data of another unit, which only init code would', () => {
    const fresh: Piece = { name: 'fresh', kind: 'data', bytes: [0, 0, 0, 0] }
    const refs = [{ at: 3, to: 'fresh', type: 2 }]
    const store = [0x48, 0x89, 0x05, 0, 0, 0, 0, 0xc3] // mov %rax, fresh(%rip)
    const setup: Piece = { name: 'setup', kind: 'function', bytes: store, section: '.init.text', refs }
    const brings = { unit: 'a.c', object: 'vmlinux', brings: [fresh] }
    const inits = { unit: 'b.c', object: 'vmlinux', brings: [setup] }
    expect(refusalsOf(brings, inits)).toMatchObject([{ code: 'init-state', unit: 'a.c', subject: 'fresh' }])
    const [mark, code] = callback('before').toReversed()
    if (mark === undefined || code === undefined) throw new Error('a callback is a function and its mark')
    const prepares = { unit: 'c.c', object: 'vmlinux', brings: [{ ...code, bytes: store, refs }, mark] }
    expect(refusalsOf(brings, inits, prepares)).toEqual([])
  })

  test('a state that several units name in one version is one state; in two versions it is refused', () => {
    const same = resolve(
      { unit: 'a.c', object: 'vmlinux', brings: [state(2, 1), state(1, 4)] },
      { unit: 'b.c', object: 'ext4', brings: [state(2, 1)] },
    )
    expect(checkCallbacks(same)).toEqual([])
    expect(statesOf(same)).toEqual([
      { id: 1n, version: 4 },
      { id: 2n, version: 1 },
    ])
    const torn = resolve(
      { unit: 'a.c', object: 'vmlinux', brings: [state(2, 1)] },
      { unit: 'b.c', object: 'vmlinux', brings: [state(2, 3)] },
    )
    expect(checkCallbacks(torn)).toMatchObject([
      { code: 'mark-unfit', subject: 'state 2', reason: expect.stringContaining('version 3') as string },
    ])
    expect(torn.map(isPatched)).toEqual([false, false])
  })
})
