import { expect, test } from 'vitest'
import { formatModuleSymvers, parseModuleSymvers } from './module-symvers.ts'

const TEXT = '0x8b1a5c6d\tkfree\tvmlinux\tEXPORT_SYMBOL\t\n0x00000001\tkvm_init\tarch/x86/kvm/kvm\tEXPORT_SYMBOL_GPL\tKVM_INTERNAL\n'

test('Module.symvers is read and written back as it was', () => {
  const versions = parseModuleSymvers(TEXT, 'Module.symvers')
  expect(versions[1]).toEqual({ name: 'kvm_init', crc: 1, owner: 'arch/x86/kvm/kvm', isGplOnly: true, namespace: 'KVM_INTERNAL' })
  expect(formatModuleSymvers(versions)).toBe(TEXT)
})

test('a malformed line is named', () => {
  expect(() => parseModuleSymvers(`${TEXT}garbage\n`, 'Module.symvers')).toThrow(
    expect.objectContaining({ code: 'kernel/symvers', in: 'Module.symvers, line 3' }),
  )
})
