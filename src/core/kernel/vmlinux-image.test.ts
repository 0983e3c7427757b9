import { describe, expect, test } from 'vitest'
import { makeBzImage } from '../../../test/kit/bzimage-specimen.ts'
import { bytesFromLatin1, concatBytes } from '../base/mod.ts'
import { unpackLz4 } from './lz4.ts'
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

describe('LZ4', () => {
  const block = (...bytes: number[]) => concatBytes([Uint8Array.of(0x02, 0x21, 0x4c, 0x18, bytes.length, 0, 0, 0), Uint8Array.from(bytes)])

  test('literals and a match that overlaps itself are unpacked', () => {
    // "ab", then 8 bytes from 2 back, then the literal "c"
    const packed = block(0x24, 0x61, 0x62, 2, 0, 0x10, 0x63)
    expect(unpackLz4(packed, { size: 11, file: 'x' })).toEqual(bytesFromLatin1('abababababc'))
  })

  test.each([
    ['a match before the start', block(0x14, 0x61, 9, 0, 0x10, 0x63), 12],
    ['literals beyond the block', block(0xf0, 0xff, 0x61), 300],
    ['more than was promised', block(0x20, 0x61, 0x62), 1],
    ['less than was promised', block(0x20, 0x61, 0x62), 3],
    ['another format', bytesFromLatin1('nonsense'), 3],
  ])('%s is a fault', (_, packed, size) => {
    expect(() => unpackLz4(packed, { size, file: 'x' })).toThrow(expect.objectContaining({ code: 'kernel/image' }))
  })
})
