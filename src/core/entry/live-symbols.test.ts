import { expect, test } from 'vitest'
import { findFunctions, parseLiveSymbols, parseWantedFunction, placeOf, symbolsAt } from './live-symbols.ts'

const TEXT = `ffffffff81000000 T _text
ffffffff81000000 T _stext
ffffffff81000100 t user_read
ffffffff81000200 T user_read
ffffffff82000000 d user_read
ffffffffc0001000 t user_read\t[keys]
ffffffffc0002000 t ftrace_trampoline\t[__builtin__ftrace]
ffffffffc0003000 t bpf_trampoline_6442\t[bpf]
`
const symbols = parseLiveSymbols(TEXT)

test('namesakes are told by object and position', () => {
  const find = (text: string) => {
    const wanted = parseWantedFunction(text)
    return wanted === undefined ? [] : findFunctions(TEXT, wanted).map(({ symbol, position }) => `${symbol.object}:${position}`)
  }
  expect(find('user_read')).toEqual(['vmlinux:1', 'vmlinux:2', 'keys:1'])
  expect(find('vmlinux:user_read')).toEqual(['vmlinux:1', 'vmlinux:2'])
  expect(find('vmlinux:user_read,2')).toEqual(['vmlinux:2'])
  expect(find('vmlinux:user_read,0')).toEqual(['vmlinux:1'])
  expect(find('vmlinux:user_read,3')).toEqual([])
  expect(find('no such')).toEqual([])
})

test('an address is told by the symbol below it', () => {
  if (symbols === undefined) throw new Error('not read')
  expect(symbolsAt(symbols, 0xffffffff81000000n).map(({ name }) => name)).toEqual(['_text', '_stext'])
  expect(placeOf(symbols, 0xffffffff81000210n)).toBe('user_read+0x10')
  expect(placeOf(symbols, 0xffffffffc0002000n)).toBe('ftrace_trampoline [__builtin__ftrace]')
  expect(placeOf(symbols, 0xffffffffd0000000n)).toBe(undefined)
})

test('hidden addresses are none', () => {
  expect(parseLiveSymbols('0000000000000000 T _text\n0000000000000000 T foo\n')).toBe(undefined)
})
