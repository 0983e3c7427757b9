import { expect, test } from 'vitest'
import { bytesFromLatin1, concatBytes } from '../base/mod.ts'
import { findBuildId } from './build-id.ts'

function note(name: string, type: number, content: Uint8Array): Uint8Array {
  const pad = (bytes: Uint8Array) => concatBytes([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)])
  const text = bytesFromLatin1(`${name}\0`)
  return concatBytes([new Uint8Array(Uint32Array.of(text.length, content.length, type).buffer), pad(text), pad(content)])
}

test('the build-id is found among other notes', () => {
  const notes = concatBytes([
    note('Xen', 6, Uint8Array.of(1, 2, 3)),
    note('Linux', 3, Uint8Array.of(9)),
    note('GNU', 3, Uint8Array.of(0xbc, 0x6a)),
  ])
  expect(findBuildId(notes, 'x')).toBe('bc6a')
  expect(findBuildId(note('Linux', 3, Uint8Array.of(9)), 'x')).toBeUndefined()
})

test('a note longer than its section is a fault', () => {
  expect(() => findBuildId(note('GNU', 3, new Uint8Array(20)).subarray(0, 24), 'x')).toThrow(
    expect.objectContaining({ code: 'elf/truncated' }),
  )
})
