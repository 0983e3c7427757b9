import { expect, test } from 'vitest'
import { coreHeadersSize, offsetOf, readMemoryMap } from './memory-map.ts'

/** A core with a note and two pieces. */
function core(pieces: readonly (readonly [type: number, offset: bigint, address: bigint, size: bigint])[]): Uint8Array {
  const bytes = new Uint8Array(64 + pieces.length * 56)
  const view = new DataView(bytes.buffer)
  view.setUint16(56, pieces.length, true)
  pieces.forEach(([type, offset, address, size], i) => {
    view.setUint32(64 + i * 56, type, true)
    view.setBigUint64(64 + i * 56 + 8, offset, true)
    view.setBigUint64(64 + i * 56 + 16, address, true)
    view.setBigUint64(64 + i * 56 + 32, size, true)
  })
  return bytes
}

test('an address is found in the piece of the core that has it', () => {
  const bytes = core([
    [4, 232n, 0n, 0n],
    [1, 0x7fff81002000n, 0xffffffff81000000n, 0x1000n],
    [1, 0x3000n, 0xffff888000001000n, 0x2000n],
  ])
  expect(coreHeadersSize(bytes.subarray(0, 64), 'kcore')).toBe(bytes.length)
  const map = readMemoryMap(bytes, 'kcore')
  expect(offsetOf(map, 0xffffffff81000010n, 16)).toBe(0x7fff81002010n)
  expect(offsetOf(map, 0xffff888000002ff0n, 16)).toBe(0x4ff0n)
  expect(offsetOf(map, 0xffff888000002ff1n, 16)).toBe(undefined)
  expect(offsetOf(map, 0xffffffff80fffff0n, 32)).toBe(undefined)
})
