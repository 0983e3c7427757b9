import { expect, test } from 'vitest'
import { elf, type RelocatableObject, undefinedSymbol } from '../elf/mod.ts'
import { glueSource, moduleImports } from './mod.ts'

const version = (name: string, namespace = '') => ({ name, crc: 0x12, owner: 'vmlinux', isGplOnly: false, namespace })

function objectUsing(...names: readonly string[]): RelocatableObject {
  return { machine: elf.EM.X86_64, flags: 0, sections: [], symbols: names.map((name) => undefinedSymbol(name, elf.STB.GLOBAL)) }
}

test('a module imports what its parts leave undefined, and what registers it, but nothing that the livepatch core looks up', () => {
  const objects = [objectUsing('printk', '.klp.sym.vmlinux.do_exit,0'), objectUsing('kmend_global:vmlinux:fresh', 'complete', 'printk')]
  const exports = ['printk', 'klp_enable_patch', 'unused', 'do_exit', 'complete'].map((name) => version(name))
  expect(moduleImports({ units: [], objects, exports }).map(({ name }) => name)).toEqual(['complete', 'klp_enable_patch', 'printk'])
})

test('a module says once of each namespace that it imports it, and names none for what is in none', () => {
  const imports = [
    version('draw', 'PICTURE'),
    version('printk'),
    version('sing', 'SOUND'),
    version('speak', 'SOUND'),
    version('zoom', 'PICTURE'),
  ]
  const said = glueSource({ units: [], imports, modinfo: [] })
    .split('\n')
    .filter((line) => line.includes('import_ns'))
  expect(said).toEqual(['MODULE_INFO(import_ns, "PICTURE");', 'MODULE_INFO(import_ns, "SOUND");'])
})
