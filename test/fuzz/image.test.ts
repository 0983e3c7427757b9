import { expect, test } from 'vitest'
import {
  BOOT_HEADER_BYTES,
  findPayload,
  joinSignature,
  listOffers,
  parseModuleSymvers,
  parsePackageIndex,
  readKernelVersion,
  readModuleFile,
  splitSignature,
} from '../../src/core/kernel/mod.ts'
import { fixesBetween, versionsIn } from '../../src/core/update/mod.ts'
import { makeBundle } from '../kit/bundle-specimen.ts'
import { makeBzImage } from '../kit/bzimage-specimen.ts'
import { fuzz } from '../kit/fuzz.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const fuzzLines = (text: string, read: (text: string) => unknown) => fuzz(utf8(text), (bytes) => read(new TextDecoder().decode(bytes)))

test('a damaged boot image ends in a fault, or is read', () => {
  const image = makeBzImage(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...Array.from({ length: 200 }, (_, at) => at), 0, 1, 0, 0]))
  const read = (bytes: Uint8Array) => [readKernelVersion(bytes.subarray(0, BOOT_HEADER_BYTES), 'f'), findPayload(bytes, 'f')]
  expect(read(image)).toHaveLength(2)
  fuzz(image, read)
})

test('a damaged module, and its signature, do as well', () => {
  const { module } = makeBundle()
  const signed = joinSignature(module, Uint8Array.of(0x30, 3, 1, 2, 3))
  const read = (bytes: Uint8Array) => readModuleFile(splitSignature(bytes, 'f').content, 'f')
  expect(read(signed).name).toBe('kmend_fix')
  fuzz(signed, read)
})

test('a damaged index of packages does as well', () => {
  const index = ['linux-image-6.1.0-54-cloud-amd64', 'linux-source-6.1', 'linux-kbuild-6.1'].map(
    (name) => `Package: ${name}\nVersion: 6.1.190-1\nDepends: linux-kbuild-6.1 (>= 6.1.190-1), a | b\nSize: 10\nSHA256: ab\n`,
  )
  const read = (text: string) => listOffers(parsePackageIndex(text))
  expect(read(index.join('\n'))).toHaveLength(1)
  fuzzLines(index.join('\n'), read)
})

test('a damaged table of exports does as well', () => {
  const text = '0x12345678\tprintk\tvmlinux\tEXPORT_SYMBOL\t\n0x9abcdef0\tnf_hook\tnet/nf\tEXPORT_SYMBOL_GPL\tNETFILTER\n'
  expect(parseModuleSymvers(text, 'f')).toHaveLength(2)
  fuzzLines(text, (damaged) => parseModuleSymvers(damaged, 'f'))
})

test('a damaged changelog is read', () => {
  const entry = (version: string) =>
    `linux (${version}) bookworm; urgency=medium\n\n  * net: fix it (CVE-2026-1000)\n    - more of it\n\n -- A <a@b>  Sat\n\n`
  const text = entry('6.1.192-1') + entry('6.1.190-1')
  const read = (damaged: string) => [...versionsIn(damaged), ...fixesBetween(damaged, '6.1.190-1', '6.1.192-1').map(({ title }) => title)]
  expect(read(text)).toEqual(['6.1.192-1', '6.1.190-1', 'net: fix it', 'more of it'])
  fuzzLines(text, read)
})
