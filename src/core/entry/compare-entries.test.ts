import { expect, test } from 'vitest'
import { type EntryComparison, compareEntry, surplusCalls } from './compare-entries.ts'
import { attachedBy } from './explain-entry.ts'
import { parseLiveSymbols } from './live-symbols.ts'
import { parseTracedFunctions } from './traced-functions.ts'

const [FIRST, SECOND, TRAMPOLINE] = [0xffffffff81001000n, 0xffffffff81002000n, 0xffffffff81003000n]
const symbols = parseLiveSymbols(
  'ffffffff81000000 T _text\nffffffff81001000 t twin\nffffffff81002000 t twin\nffffffff81003000 T ftrace_caller\n',
)
if (symbols === undefined) throw new Error('not read')
const attached = attachedBy({
  symbols,
  kprobes: [],
  traced: parseTracedFunctions('twin (1)    \ttramp: ftrace_caller+0x0/0x70 (klp_ftrace_handler+0x0/0x1b0) ->x+0x0/0x10\n'),
})

function callTrampoline(start: bigint): EntryComparison {
  const memory = new Uint8Array(9)
  memory[0] = 0xe8
  new DataView(memory.buffer).setInt32(1, Number(TRAMPOLINE - start) - 5, true)
  return compareEntry({ name: 'twin', object: 'vmlinux', start, pad: new Uint8Array(0) }, memory, attached)
}

test('a namesake cannot hide behind another that is traced', () => {
  const found = [callTrampoline(FIRST), callTrampoline(SECOND)]
  expect(found.map(({ kind }) => kind)).toEqual(['explained', 'explained'])
  expect(surplusCalls(found.slice(0, 1), attached)).toEqual([])
  expect(surplusCalls(found, attached)).toMatchObject([
    { kind: 'unexplained', address: FIRST, finding: '2 functions of this name call a trampoline, and ftrace lists 1' },
    { kind: 'unexplained', address: SECOND },
  ])
})

test('bytes before the place of ftrace must be those that were shipped', () => {
  const pad = Uint8Array.of(0xf3, 0x0f, 0x1e, 0xfa)
  const compare = (memory: readonly number[]) =>
    compareEntry({ name: 'alone', object: 'vmlinux', start: FIRST, pad }, Uint8Array.from(memory), attached).kind
  expect(compare([...pad, 0x0f, 0x1f, 0x44, 0, 0])).toBe('untouched')
  expect(compare([0xe9, 0, 0, 0, 0x0f, 0x1f, 0x44, 0, 0])).toBe('unexplained')
})
