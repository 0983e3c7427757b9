import { describe, expect, test } from 'vitest'
import { makeElf, type Piece } from '../../../test/kit/object-specimen.ts'
import { makeRunning, type ShippedPiece } from '../../../test/kit/running-specimen.ts'
import { viewObject } from '../diff/mod.ts'
import { matchRunPre } from './mod.ts'

const CALL = [0xe8, 0, 0, 0, 0, 0xc3] // call; ret
const RETURN = [0x31, 0xc0, 0xc3] // xor %eax,%eax; ret

function match(unit: readonly Piece[], kernel: readonly ShippedPiece[]) {
  const running = makeRunning(kernel)
  const result = matchRunPre(viewObject(makeElf(unit), []), running)
  const rankAt = (name: string, address: bigint | undefined) =>
    running.candidates(name).find((candidate) => candidate.address === address)?.rank
  return {
    /** The namesake, counted from 1, that each function was found to be. */
    ranks: Object.fromEntries([...result.addresses].map(([item, address]) => [item.name, rankAt(item.name, address)])),
    symbols: Object.fromEntries([...result.symbols].map(([name, address]) => [name, rankAt(name, address)])),
    mismatches: [...result.mismatches].map(([item, { reason }]) => `${item.name}: ${reason}`),
    ambiguous: [...result.ambiguous].map((item) => item.name),
  }
}

describe('run-pre matching', () => {
  test('finds a function by its code, whatever it calls', () => {
    const unit: Piece[] = [{ name: 'check', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'printk' }] }]
    const kernel = [
      { name: 'printk', bytes: RETURN },
      { name: 'check', bytes: CALL, calls: { 1: 'printk' } },
    ]
    expect(match(unit, kernel)).toEqual({ ranks: { check: 1 }, symbols: { printk: 1 }, mismatches: [], ambiguous: [] })
  })

  test('does not take for the same what calls something of another name', () => {
    const unit: Piece[] = [{ name: 'check', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'kfree' }] }]
    const kernel = [
      { name: 'kfree', bytes: RETURN },
      { name: 'kvfree', bytes: RETURN },
      { name: 'check', bytes: CALL, calls: { 1: 'kvfree' } },
    ]
    expect(match(unit, kernel)).toMatchObject({
      ranks: {},
      mismatches: ['check: at check+0x1 it refers to kfree, the shipped code to something else'],
    })
  })

  test('tells namesakes of the same code apart by whom they call', () => {
    const unit: Piece[] = [{ name: 'check', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'kfree' }] }]
    const kernel = [
      { name: 'kfree', bytes: RETURN },
      { name: 'kvfree', bytes: RETURN },
      { name: 'check', bytes: CALL, calls: { 1: 'kvfree' } },
      { name: 'check', bytes: CALL, calls: { 1: 'kfree' } },
    ]
    expect(match(unit, kernel)).toMatchObject({ ranks: { check: 2 }, ambiguous: [] })
  })

  test('tells namesakes apart by their code', () => {
    const unit: Piece[] = [{ name: 'init', kind: 'function', bytes: RETURN }]
    const kernel = [
      { name: 'init', bytes: [0x90, 0xc3] },
      { name: 'init', bytes: RETURN },
    ]
    expect(match(unit, kernel).ranks).toEqual({ init: 2 })
  })

  test('tells namesakes of the same code apart by who calls them', () => {
    const unit: Piece[] = [
      { name: 'helper', kind: 'function', bytes: RETURN },
      { name: 'check', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'helper' }] },
    ]
    const kernel = [
      { name: 'helper', bytes: RETURN },
      { name: 'helper', bytes: RETURN },
      { name: 'check', bytes: CALL, calls: { 1: 'helper#2' } },
    ]
    expect(match(unit, kernel)).toMatchObject({ ranks: { helper: 2, check: 1 }, ambiguous: [] })
  })

  test('leaves namesakes open that nothing tells apart', () => {
    const kernel = [
      { name: 'helper', bytes: RETURN },
      { name: 'helper', bytes: RETURN },
    ]
    expect(match([{ name: 'helper', kind: 'function', bytes: RETURN }], kernel)).toMatchObject({ ranks: {}, ambiguous: ['helper'] })
  })

  test('shows the first instruction that differs', () => {
    const unit: Piece[] = [{ name: 'check', kind: 'function', bytes: [0x90, 0x31, 0xc0, 0xc3] }]
    const [mismatch] = match(unit, [{ name: 'check', bytes: [0x90, 0x31, 0xdb, 0xc3] }]).mismatches
    expect(mismatch).toMatch(/first difference at check\+0x1: compiled "xor.*eax.*eax", shipped "xor.*ebx.*ebx"/)
  })

  test('says when the kernel has no such function', () => {
    expect(match([{ name: 'check', kind: 'function', bytes: RETURN }], []).mismatches).toEqual([
      'check: vmlinux has no symbol of this name',
    ])
  })

  test('takes a jump out of the function for the same where the assembler could make it short, and what has moved by that', () => {
    // test; jne 1f; jmp helper; fill up to 16; 1: xor %eax,%eax; je 1b; ret
    const compiled = [0x85, 0xff, 0x75, 0x0c, 0xe9, 0, 0, 0, 0, 0x66, 0x0f, 0x1f, 0x44, 0, 0, 0x90, 0x31, 0xc0, 0x74, 0xfc, 0xc3]
    const shipped = [0x85, 0xff, 0x75, 0x04, 0xeb, 0x3a, 0x66, 0x90, 0x31, 0xc0, 0x74, 0xfc, 0xc3]
    const unit: Piece[] = [
      { name: 'check', kind: 'function', bytes: compiled, refs: [{ at: 5, to: 'helper' }] },
      { name: 'helper', kind: 'function', bytes: RETURN },
    ]
    const kernel = (code: readonly number[]): ShippedPiece[] => [
      { name: 'helper', bytes: RETURN },
      { name: 'check', bytes: code },
      { name: 'helper', bytes: RETURN },
    ]
    expect(match(unit, kernel(shipped))).toMatchObject({ ranks: { check: 1, helper: 2 }, mismatches: [], ambiguous: [] })
    const wrong = { 'another condition': [2, 0x74], 'another place to jump to': [11, 0xfb], 'other code': [9, 0xdb] } as const
    for (const [at, byte] of Object.values(wrong))
      expect(match(unit, kernel(shipped.with(at, byte))).mismatches, `${at}`).toEqual([expect.stringMatching(/^check: first difference/)])
  })

  test('knows a function whose hot part became shorter, though its cold part jumps back into it', () => {
    // check: jmp helper; ret. Its cold part: jmp check+5
    const unit: Piece[] = [
      { name: 'check.cold', kind: 'function', bytes: [0xe9, 0, 0, 0, 0], refs: [{ at: 1, to: 'check', addend: 1n }] },
      { name: 'check', kind: 'function', bytes: [0xe9, 0, 0, 0, 0, 0xc3], refs: [{ at: 1, to: 'helper' }] },
    ]
    const kernel: ShippedPiece[] = [
      { name: 'check.cold', bytes: [0xe9, 0x3d, 0, 0, 0] },
      { name: 'check', bytes: [0xeb, 0x3e, 0xc3] },
      { name: 'helper', bytes: RETURN },
    ]
    expect(match(unit, kernel)).toMatchObject({
      ranks: { check: 1, 'check.cold': 1 },
      symbols: { helper: 1 },
      mismatches: [],
      ambiguous: [],
    })
  })
})
