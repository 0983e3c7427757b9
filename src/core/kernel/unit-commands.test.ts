import { expect, test } from 'vitest'
import { type UnitCommand, unitsOfSource } from './unit-commands.ts'

test('a unit is found by its plain path, however kbuild names it', () => {
  const unit: UnitCommand = {
    source: 'arch/x86/kvm/../../../virt/kvm/kvm_main.c',
    output: '',
    compiler: [],
    objtool: [],
    modname: 'kvm',
    owners: [],
  }
  expect(unitsOfSource({ units: [unit] }, 'virt/kvm/kvm_main.c')).toEqual([unit])
})
