import { expect, test } from 'vitest'
import { makeObject } from '../../../test/kit/object-specimen.ts'
import { elf, type ObjectSection, readElf, writeObject } from '../elf/mod.ts'
import { specialTables, viewObject } from './mod.ts'

const PC32 = 2
const SIZE = 16

/** Two functions of 16 bytes in one section; objtool has written unwind records of 6 bytes for places in it. */
function recordsOf(places: readonly number[]) {
  const { sections, symbols, ...rest } = makeObject([
    { name: 'first', kind: 'function', bytes: Array(2 * SIZE).fill(0x90), section: '.sched.text' },
  ])
  const [text] = sections
  const [whole] = symbols
  if (whole === undefined || text === undefined) throw new Error('the specimen has one function')
  const first = { ...whole, size: SIZE }
  const start = { ...whole, name: '', size: 0, type: elf.STT.SECTION, bind: elf.STB.LOCAL }
  const table = { ...text, flags: elf.SHF.ALLOC, align: 1, relocations: [] }
  const fill = (name: string, bytes: Uint8Array): ObjectSection => ({ ...table, name, data: bytes, size: bytes.length })
  const ip = {
    ...fill('.orc_unwind_ip', new Uint8Array(4 * places.length)),
    relocations: places.map((place, rank) => ({ offset: 4 * rank, type: PC32, symbol: start, addend: BigInt(place) })),
  }
  const states = fill('.orc_unwind', Uint8Array.from(places.flatMap((_, rank) => Array(6).fill(rank + 1))))
  const object = {
    ...rest,
    sections: [text, ip, states],
    symbols: [start, first, { ...first, name: 'second', value: BigInt(SIZE) }],
  }
  return viewObject(
    readElf(writeObject(object), 'unit.o'),
    specialTables(() => undefined),
  )
    .entries.map(({ owner, references, companion }) => `${owner?.name}+${references[0]?.target.offset}: state ${companion?.[0]}`)
    .toSorted()
}

test('a function that starts with the state in which its neighbour ended gets a record of its own', () => {
  expect(recordsOf([0, 4])).toEqual(['first+0: state 1', 'first+4: state 2', 'second+0: state 2'])
})

test('a function with a record at its start keeps it', () => {
  expect(recordsOf([0, 16, 20])).toEqual(['first+0: state 1', 'second+0: state 2', 'second+4: state 3'])
})

test('what lies before all records has none', () => {
  expect(recordsOf([20])).toEqual(['second+4: state 1'])
})
