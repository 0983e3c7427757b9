import { describe, expect, test } from 'vitest'
import { makeObject } from '../../../test/kit/object-specimen.ts'
import { elf, type RelocatableObject } from '../elf/mod.ts'
import { finishModule } from './mod.ts'

const CALL = [0xe8, 0, 0, 0, 0, 0xc3]
const LATE = '.klp.sym.ext4.ext4_helper,0'
const EARLY = '.klp.sym.vmlinux.hidden_helper,0'

/** A linked module whose one new function, for ext4, calls an export, a symbol of ext4 and one of the kernel image that is not exported. */
function linked(): RelocatableObject {
  const object = makeObject([
    {
      name: 'u0.check',
      kind: 'function',
      bytes: [...CALL, ...CALL, ...CALL],
      refs: [
        { at: 1, to: 'printk' },
        { at: 7, to: LATE },
        { at: 13, to: EARLY },
      ],
    },
    { name: 'init_module', kind: 'function', bytes: CALL, refs: [{ at: 1, to: LATE }] },
  ])
  return object
}

describe('a finished module', () => {
  const finished = finishModule(linked(), ['ext4'])
  const names = (section: number) =>
    finished.sections[section]?.extraTables.map(({ name, relocations }) => `${name}: ${relocations.map(({ offset }) => offset).join()}`)

  test('leaves to the livepatch core what only it can resolve, by the object that has to be loaded for it', () => {
    expect(finished.sections[0]?.relocations.map(({ symbol }) => symbol.name)).toEqual(['printk'])
    expect(names(0)).toEqual(['.klp.rela.ext4..text.u0.check: 7', '.klp.rela.vmlinux..text.u0.check: 13'])
  })

  test('marks the symbols that the livepatch core resolves, and no others', () => {
    const places = Object.fromEntries(finished.symbols.map(({ name, place }) => [name, place.kind]))
    expect(places).toMatchObject({ [LATE]: 'livepatch', printk: 'undefined' })
  })

  test('keeps global what the loader looks for, and nothing else', () => {
    const global = finished.symbols.filter(({ bind, place }) => bind === elf.STB.GLOBAL && place.kind === 'section').map(({ name }) => name)
    expect(global).toEqual(['init_module'])
  })
})
