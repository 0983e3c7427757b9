import { execFileSync } from 'node:child_process'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { makeBzImage } from '../../test/kit/bzimage-specimen.ts'
import { concatBytes } from '../core/base/mod.ts'
import { unpackImage, unpackModule } from './unpack-image.ts'

const VMLINUX = new Uint8Array(10_000).map((_, i) => (i * 7) & 0xff)
VMLINUX.set([0x7f, 0x45, 0x4c, 0x46])
const SIZE = new Uint8Array(Uint32Array.of(VMLINUX.length).buffer)
const xz = (bytes: Uint8Array) => Uint8Array.from(execFileSync('xz', ['-c', '--check=crc32'], { input: bytes }))

const lz4 = (bytes: Uint8Array) => Uint8Array.from(execFileSync('lz4', ['-c', '-l'], { input: bytes }))

describe('the vmlinux of an image', () => {
  test.each([
    ['gzip', gzipSync(VMLINUX)],
    ['zstd', concatBytes([zstdCompressSync(VMLINUX), SIZE])],
    ['xz', concatBytes([xz(VMLINUX), SIZE])],
    ['lz4', concatBytes([lz4(VMLINUX), SIZE])],
    ['none', VMLINUX],
  ])('is unpacked from %s', async (_, payload) => {
    expect(Buffer.compare(await unpackImage(makeBzImage(payload), 'vmlinuz'), VMLINUX)).toBe(0)
  })

  test.each([
    ['gzip', gzipSync(VMLINUX)],
    ['zstd', concatBytes([zstdCompressSync(VMLINUX), SIZE])],
    ['xz', concatBytes([xz(VMLINUX), SIZE])],
    ['lz4', concatBytes([lz4(VMLINUX), SIZE])],
  ])('that is damaged in %s is a fault', async (_, payload) => {
    const damaged = Uint8Array.from(payload)
    damaged.fill(0xff, 8, 60)
    await expect(unpackImage(makeBzImage(damaged), 'vmlinuz')).rejects.toMatchObject({ code: 'kernel/image', in: 'vmlinuz' })
  })
})

test('a module is unpacked by the end of its name, and a damaged one is a fault', async () => {
  expect(Buffer.compare(await unpackModule(xz(VMLINUX), 'a.ko.xz'), VMLINUX)).toBe(0)
  expect(Buffer.compare(await unpackModule(VMLINUX, 'a.ko'), VMLINUX)).toBe(0)
  await expect(unpackModule(VMLINUX, 'a.ko.xz')).rejects.toMatchObject({ code: 'elf/truncated' })
  await expect(unpackModule(VMLINUX, 'a.ko.zst')).rejects.toMatchObject({ code: 'elf/truncated' })
})
