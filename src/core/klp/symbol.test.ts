import { expect, test } from 'vitest'
import { elf } from '../elf/mod.ts'
import { formatKlpSymbol, klpRelocationSection, parseKlpSymbol } from './mod.ts'

test.each([
  ['.klp.sym.vmlinux.printk,0', { object: 'vmlinux', name: 'printk', sympos: 0 }],
  ['.klp.sym.ext4.count.5,12', { object: 'ext4', name: 'count.5', sympos: 12 }],
])('%s is read and written', (text, symbol) => {
  expect(parseKlpSymbol(text)).toEqual(symbol)
  expect(formatKlpSymbol(symbol)).toBe(text)
})

test.each(['printk', '.klp.sym.printk,0', '.klp.sym.vmlinux.printk', '.klp.sym.vmlinux.printk,', `.klp.sym.${'x'.repeat(56)}.f,0`])(
  '%s is no livepatch symbol',
  (text) => {
    expect(parseKlpSymbol(text)).toBeUndefined()
  },
)

test('relocation sections carry the flags that the livepatch core asks for', () => {
  const { name, flags } = klpRelocationSection('ext4', '.text.u0.f')
  expect(name).toBe('.klp.rela.ext4..text.u0.f')
  expect(flags & elf.SHF.RELA_LIVEPATCH).not.toBe(0)
})
