import { expect, test } from 'vitest'
import { readBtf, readKallsyms } from '../../src/core/kernel/mod.ts'
import { makeBtf } from '../kit/btf-specimen.ts'
import { fuzz } from '../kit/fuzz.ts'
import { elfWithRodata, makeKallsyms } from '../kit/kallsyms-specimen.ts'

const symbols = Array.from({ length: 300 }, (_, i) => ({ name: `f_${i}_init`, address: 0xffff_ffff_8100_0000n + BigInt(i), type: 't' }))

test('damaged kallsyms', () => {
  const specimen = makeKallsyms(symbols, { order: '6.1', addresses: 'relative' })
  expect(readKallsyms(elfWithRodata(specimen))).toHaveLength(300)
  fuzz(specimen, (bytes) => readKallsyms(elfWithRodata(bytes)))
})

test('damaged type information', () => {
  const specimen = makeBtf([
    { kind: 1, name: 'int', sizeOrType: 4, words: [32] },
    { kind: 4, name: 's', count: 3, sizeOrType: 12, words: ['a', 1, 0, 'b', 3, 32, 'c', 1, 64] },
    { kind: 2, sizeOrType: 2 },
    { kind: 6, name: 'e', count: 2, sizeOrType: 4, words: ['A', 0, 'B', 1] },
    { kind: 13, count: 1, sizeOrType: 1, words: ['p', 3] },
    { kind: 12, name: 'f', sizeOrType: 5 },
  ])
  expect(readBtf(specimen, 'whole').types).toHaveLength(7)
  fuzz(specimen, (bytes) => readBtf(bytes, 'damaged'))
})
