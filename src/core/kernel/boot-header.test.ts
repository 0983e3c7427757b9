import { expect, test } from 'vitest'
import { bytesFromLatin1 } from '../base/mod.ts'
import { readKernelVersion } from './boot-header.ts'

const TEXT = '6.1.0-54-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-11-02)'

test('a boot image says which kernel it is', () => {
  expect(readKernelVersion(image(TEXT), 'vmlinuz')).toEqual({
    release: '6.1.0-54-cloud-amd64',
    version: '#1 SMP PREEMPT_DYNAMIC Debian 6.1.190-1 (2026-11-02)',
  })
})

test.each([
  ['an empty file', new Uint8Array(0)],
  ['a file of another kind', new Uint8Array(4096)],
  ['an image whose text is not of that form', image('vmlinux')],
  ['an image whose text lies outside', image(TEXT).subarray(0, 0x300)],
])('%s says nothing', (_, bytes) => {
  expect(readKernelVersion(bytes, 'vmlinuz')).toBeUndefined()
})

function image(text: string): Uint8Array {
  const bytes = new Uint8Array(4096)
  bytes.set(bytesFromLatin1('HdrS'), 0x202)
  bytes.set([0x00, 0x05], 0x20e)
  bytes.set(bytesFromLatin1(`${text}\0`), 0x700)
  return bytes
}
