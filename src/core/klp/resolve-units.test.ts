import { describe, expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { type ShippedPiece, makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { elf } from '../elf/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { resolveUnits } from './mod.ts'

/** Several units, and what one of them means to another. */

const RETURN = [0xc3]
const CALL = [0xe8, 0, 0, 0, 0, 0xc3]

describe('a name that other units of the same patch bring', () => {
  const RETURNS: Piece = { name: 'check', kind: 'function', bytes: RETURN }
  /** A unit of an object, before and after, in an object that ships what the original has and `beside`. */
  function unitOf(
    object: string,
    [original, patched]: readonly [readonly Piece[], readonly Piece[]],
    beside: readonly ShippedPiece[] = [],
  ) {
    const diff = diffObjects({ unit: `${object}.c`, original: makeElf(original), patched: makeElf(patched), tables: [] })
    const shipped = original.map(({ name, bytes, bind }) => ({ name, bytes: bytes ?? [], isGlobal: bind !== elf.STB.LOCAL }))
    const running = makeRunning([...shipped, ...beside], object)
    return { diff, running, match: matchRunPre(diff.original, running) }
  }
  const caller = (callee: string): [Piece[], Piece[]] => [
    [{ ...RETURNS, name: 'user' }],
    [{ name: 'user', kind: 'function', bytes: CALL, refs: [{ at: 1, to: callee }] }],
  ]
  const fresh = (name: string): [Piece[], Piece[]] => [[RETURNS], [RETURNS, { ...RETURNS, name }]]
  const promoted = (name: string): [Piece[], Piece[]] => [
    [RETURNS, { ...RETURNS, name, bind: elf.STB.LOCAL }],
    [RETURNS, { ...RETURNS, name, bind: elf.STB.GLOBAL }],
  ]

  function refIn(units: readonly ReturnType<typeof unitOf>[], options?: Parameters<typeof resolveUnits>[2]) {
    const { units: resolved, refusals } = resolveUnits(units, [], options)
    const [link] = [...(resolved[0]?.diff.inclusion.links.values() ?? [])].flat()
    const ref = link === undefined || link.link.kind === 'carried' ? undefined : resolved[0]?.refOf(link.link)
    return { ref, refusals: refusals.map(({ code, subject }) => `${subject}: ${code}`) }
  }

  test("is the patch's own, of the same object before another's", () => {
    expect(refIn([unitOf('ext4', caller('fresh')), unitOf('vmlinux', fresh('fresh'))])).toEqual({
      ref: { kind: 'patch', object: 'vmlinux', name: 'fresh' },
      refusals: [],
    })
    const both = [unitOf('ext4', caller('fresh')), unitOf('vmlinux', fresh('fresh')), unitOf('ext4', fresh('fresh'))]
    expect(refIn(both).ref).toMatchObject({ kind: 'patch', object: 'ext4' })
  })

  test('is not taken from another object when the module has a global of that name itself', () => {
    const units = [unitOf('ext4', caller('state'), [{ name: 'state', bytes: RETURN }]), unitOf('xfs', fresh('state'))]
    expect(refIn(units)).toEqual({ ref: { kind: 'klp', object: 'ext4', name: 'state', sympos: 0 }, refusals: [] })
  })

  test('is refused when it lies in a module that the user can run without', () => {
    const units = [unitOf('ext4', caller('fresh')), unitOf('jbd2', fresh('fresh'))]
    expect(refIn(units, { needs: (module, other) => module === 'ext4' && other === 'jbd2' }).refusals).toEqual([])
    expect(refIn(units, { needs: () => false }).refusals).toEqual(['fresh: module-not-needed'])
    expect(refIn([unitOf('vmlinux', caller('fresh')), unitOf('jbd2', fresh('fresh'))]).refusals).toEqual(['fresh: module-not-needed'])
  })

  test('is that of the module which the user needs, in whatever order the units come, and of none when it needs several that have one', () => {
    const others = [unitOf('amd', fresh('fresh')), unitOf('intel', fresh('fresh'))]
    for (const given of [others, others.toReversed()]) {
      const units = [unitOf('kvm', caller('fresh')), ...given]
      expect(refIn(units, { needs: (_, other) => other === 'intel' })).toEqual({
        ref: { kind: 'patch', object: 'intel', name: 'fresh' },
        refusals: [],
      })
      expect(refIn(units, { needs: () => true }).refusals).toEqual(['fresh: symbol-ambiguous'])
      expect(refIn(units, { needs: () => false }).refusals).toEqual(['fresh: module-not-needed'])
    }
  })

  test('is the static one of the running kernel that the patch makes global, told from its namesakes', () => {
    const twin = { name: 'helper', bytes: [0x90, ...RETURN], isGlobal: false }
    const units = [unitOf('ext4', caller('helper')), unitOf('vmlinux', promoted('helper'), [twin])]
    expect(refIn(units)).toEqual({ ref: { kind: 'klp', object: 'vmlinux', name: 'helper', sympos: 1 }, refusals: [] })
  })

  test('is looked up in the kernel image when the patch merely exports what is global there', () => {
    const vmlinux = makeRunning([
      { name: 'helper', bytes: RETURN },
      { name: 'hidden', bytes: RETURN, isGlobal: false },
    ])
    expect(refIn([unitOf('ext4', caller('helper'))], { vmlinux })).toEqual({
      ref: { kind: 'klp', object: 'vmlinux', name: 'helper', sympos: 0 },
      refusals: [],
    })
    expect(refIn([unitOf('ext4', caller('hidden'))], { vmlinux }).refusals).toEqual(['hidden: symbol-not-found'])
  })
})

test('a unit of two modules says of both what is wrong, in whatever order they come', () => {
  const before = makeElf([{ name: 'check', kind: 'function', bytes: RETURN }])
  const after = makeElf([{ name: 'check', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'gone' }] }])
  const diff = diffObjects({ unit: 'shared.c', original: before, patched: after, tables: [] })
  const units = ['amd', 'intel'].map((name) => {
    const running = makeRunning([{ name: 'check', bytes: RETURN }], name)
    return { diff, running, match: matchRunPre(diff.original, running) }
  })
  const reasons = (given: typeof units) => resolveUnits(given, []).refusals.map(({ subject, reason }) => `${subject}: ${reason}`)
  expect(reasons(units)).toEqual(['amd', 'intel'].map((name) => `gone: the patched code refers to it, and ${name} has no such symbol`))
  expect(reasons(units.toReversed()).toSorted()).toEqual(reasons(units))
})
