import { expect, test } from 'vitest'
import { callingConvention, parseSymbolTypes, showPrototype } from './mod.ts'

const TYPES = `t#pid_t typedef int pid_t 
s#file struct file { int count ; } 
t#open_fn typedef int ( * open_fn ) ( s#file * ) 
t#loop typedef t#loop loop 
ask extern int ask ( s#file * , const t#pid_t ) 
tell int tell ( s#file * , int ) 
later int later ( s#file * , t#open_fn ) 
gone __attribute__ ( ( noinline ) ) void gone ( s#file * * , t#loop ) 
`

test('checksums are read in the form of either kernel line', () => {
  expect([...parseSymbolTypes('__crc_ask = 0x97d4de99;\n', '').crcs]).toEqual([['ask', 0x97d4de99]])
  expect([...parseSymbolTypes('#SYMVER ask 0x0000de99\n', '').crcs]).toEqual([['ask', 0xde99]])
})

test("of two checksums of a symbol, that of the source's own EXPORT_SYMBOL counts, which comes first: types that come after it are no part of it", () => {
  expect([...parseSymbolTypes('#SYMVER ask 0x00000001\n#SYMVER ask 0x00000002\n', '').crcs]).toEqual([['ask', 1]])
})

test('a prototype is shown as its author wrote it', () => {
  const symbols = parseSymbolTypes('', TYPES)
  expect(showPrototype(symbols, 'ask')).toBe('int ask(struct file *, const pid_t)')
  expect(showPrototype(symbols, 'none')).toBeUndefined()
})

test('a calling convention is the prototype without typedefs, qualifiers, storage and attributes', () => {
  const symbols = parseSymbolTypes('', TYPES)
  expect(callingConvention(symbols, 'ask')?.replace('ask', 'tell')).toBe(callingConvention(symbols, 'tell'))
  expect(callingConvention(symbols, 'later')).not.toBe(callingConvention(symbols, 'tell'))
  expect(callingConvention(symbols, 'gone')).toBe('void gone ( s#file * * , t#loop )')
})
