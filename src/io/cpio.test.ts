import { expect, test } from 'vitest'
import { bytesFromLatin1, latin1FromBytes } from '../core/base/mod.ts'
import { writeCpio } from './cpio.ts'

/** Path, mode and data of each entry, read as the kernel's init/initramfs.c does: header and data each end on a multiple of four. */
function readCpio(text: string): (readonly [string, string, string])[] {
  const entries: (readonly [string, string, string])[] = []
  for (let at = 0; text.startsWith('070701', at);) {
    const field = (index: number) => Number.parseInt(text.slice(at + 6 + index * 8, at + 14 + index * 8), 16)
    const data = Math.ceil((at + 110 + field(11)) / 4) * 4
    entries.push([text.slice(at + 110, at + 110 + field(11) - 1), field(1).toString(8), text.slice(data, data + field(6))])
    at = Math.ceil((data + field(6)) / 4) * 4
  }
  return entries
}

test('an archive has its entries in order, aligned, and a trailer', () => {
  const archive = writeCpio([
    { path: 'dev', mode: 0o040755, data: new Uint8Array(0) },
    { path: 'init', mode: 0o100755, data: bytesFromLatin1('#!/bin/sh\n') },
    { path: 'a/longer/path', mode: 0o100644, data: bytesFromLatin1('\0\xff\n') },
  ])
  expect(readCpio(latin1FromBytes(archive))).toEqual([
    ['dev', '40755', ''],
    ['init', '100755', '#!/bin/sh\n'],
    ['a/longer/path', '100644', '\0\xff\n'],
    ['TRAILER!!!', '0', ''],
  ])
})
