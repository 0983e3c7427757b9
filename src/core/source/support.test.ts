import { expect, test } from 'vitest'
import { isNoCode, type PatchedFile, refuseFile } from './mod.ts'

const file = (path: string, kind: PatchedFile['kind'] = 'modified'): PatchedFile => ({ path, kind, hunks: [] })

test.each([
  ['arch/x86/entry/entry_64.S', /assembly/],
  ['fs/Kconfig', /Kconfig/],
  ['fs/Kconfig.binfmt', /Kconfig/],
  ['fs/Makefile', /makefile/],
  ['arch/x86/kernel/vmlinux.lds.S', /assembly|linker script/],
  ['arch/x86/entry/vdso/vclock_gettime.c', /vDSO/],
  ['arch/x86/boot/main.c', /boot code/],
  ['scripts/mod/modpost.c', /user space/],
  ['arch/x86/crypto/poly.pl', /neither C nor a header/],
])('%s is refused, and why', (path, reason) => {
  expect(refuseFile(file(path))).toMatch(reason)
})

test.each(['fs/namei.c', 'include/linux/fs.h', 'drivers/net/veth.c'])('%s is supported', (path) => {
  expect(refuseFile(file(path))).toBeUndefined()
})

test('new headers are supported; new, deleted and renamed units are not', () => {
  expect(refuseFile(file('fs/new.h', 'created'))).toBeUndefined()
  expect(refuseFile(file('fs/new.c', 'created'))).toMatch(/new C file/)
  expect(refuseFile(file('fs/old.c', 'deleted'))).toMatch(/deleted C file/)
  expect(refuseFile(file('fs/other.c', 'renamed'))).toMatch(/renamed/)
})

test('documentation is no code; a README in a folder of code is none either', () => {
  expect(['Documentation/x.rst', 'MAINTAINERS', 'fs/README', 'tools/testing/selftests/a.c'].filter((path) => !isNoCode(path))).toEqual([])
  expect(isNoCode('fs/readme.c')).toBe(false)
})
