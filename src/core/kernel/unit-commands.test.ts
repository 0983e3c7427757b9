import { expect, test } from 'vitest'
import { type UnitCommand, isTraced, objectsOf, plainPath, unitsOfSource } from './unit-commands.ts'

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

test('a plain path has no turns in it, not at its end either', () => {
  expect(['a/../b/c.o', 'a/b/..', './a', 'a/b.c'].map(plainPath)).toEqual(['b/c.o', 'a', 'a', 'a/b.c'])
})

test('padding before functions does not make a unit traced, as in what 6.12 compiles for early boot', () => {
  const padding = '-fpatchable-function-entry=16,16'
  expect(isTraced({ compiler: ['gcc', '-pg', '-mfentry', padding] })).toBe(true)
  expect(isTraced({ compiler: ['gcc', padding] })).toBe(false)
})

test('what is packed into the image as a program of its own is no part of the running kernel', () => {
  expect(
    objectsOf({ owners: [{ kind: 'other' }, { kind: 'vmlinux' }, { kind: 'module', name: 'ext4', path: 'fs/ext4/ext4.ko' }] }),
  ).toEqual(['vmlinux', 'ext4'])
})
