import { describe, expect, test } from 'vitest'
import { makeBzImage } from '../../../test/kit/bzimage-specimen.ts'
import { bytesFromLatin1 } from '../base/mod.ts'
import { findPayload } from './vmlinux-image.ts'

describe('the payload of a bzImage', () => {
  test.each([
    ['\x1f\x8b', 'gzip'],
    ['\xfd7zXZ\0', 'xz'],
    ['\x28\xb5\x2f\xfd', 'zstd'],
    ['\x02\x21\x4c\x18', 'lz4'],
  ])('is found with its compression (%#)', (magic, compression) => {
    const payload = bytesFromLatin1(`${magic}........\x34\x12\0\0`)
    expect(findPayload(makeBzImage(payload), 'vmlinuz')).toEqual({
      offset: 1088,
      length: payload.length,
      compression,
      unpackedSize: 0x1234,
    })
  })

  test.each([
    ['no setup header', new Uint8Array(2048), /no setup header/],
    ['an unknown compression', makeBzImage(bytesFromLatin1('????????????')), /no known compression/],
    ['an absurd size', makeBzImage(bytesFromLatin1('\x1f\x8b....\xff\xff\xff\xff')), /claims to unpack/],
    ['a cut-off payload', makeBzImage(bytesFromLatin1('\x1f\x8b........')).subarray(0, 1090), /Cannot read 10 bytes/],
  ])('is a fault with %s', (_, image, message) => {
    expect(() => findPayload(image, 'vmlinuz')).toThrow(
      expect.objectContaining({ code: 'kernel/image', message: expect.stringMatching(message) as string }),
    )
  })
})
