import { expect, test } from 'vitest'
import { planShadow } from './shadow.ts'
import type { UnitCommand } from './unit-commands.ts'

const unit = (source: string, compiler: readonly string[] = []): UnitCommand => ({
  source,
  output: '',
  compiler,
  objtool: [],
  modname: '',
  owners: [],
})
const plan = (changed: string, units: readonly UnitCommand[], upwardIncludes: Readonly<Record<string, number>> = {}) =>
  [...planShadow({ changedFiles: new Map([[changed, '']]), units, upwardIncludes })].toSorted()

test('folders on the way to changed files and to units are real', () => {
  expect(plan('fs/ext4/namei.c', [unit('fs/ext4/namei.c'), unit('mm/slab.c')])).toEqual([
    '',
    'fs',
    'fs/ext4',
    'include',
    'include/trace',
    'mm',
  ])
})

test('a folder that includes a changed one by ../ is real, and one that reaches elsewhere is not', () => {
  const upward = { 'drivers/a/x': 1, 'drivers/b/y': 1, 'drivers/c': 2 }
  expect(plan('drivers/a/common.h', [unit('fs/open.c')], upward)).toEqual([
    '',
    'drivers',
    'drivers/a',
    'drivers/a/x',
    'drivers/c',
    'fs',
    'include',
    'include/trace',
  ])
})

test('an include path that goes up leaves from a real folder', () => {
  const searched = ['-I./drivers/gpu/amd/../display/../include', '-I../../elsewhere', '-I/usr/lib/gcc/../include']
  const real = plan('fs/a.c', [unit('fs/a.c', searched)])
  expect(real.filter((folder) => !/^(|fs|include.*)$/.test(folder))).toEqual([
    'drivers',
    'drivers/gpu',
    'drivers/gpu/amd',
    'drivers/gpu/display',
  ])
})

test('a unit that kbuild names by way of another folder needs both folders', () => {
  expect(plan('virt/kvm/main.c', [unit('arch/x86/kvm/../../../virt/kvm/main.c')])).toEqual([
    '',
    'arch',
    'arch/x86',
    'arch/x86/kvm',
    'include',
    'include/trace',
    'virt',
    'virt/kvm',
  ])
})
