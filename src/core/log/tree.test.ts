import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { growLog, makeEntries, rootByDefinition, sha256 } from '../../../test/kit/log-specimen.ts'
import { appendEntries, edgePaths, rootOfEdge } from './mod.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** The leaves and roots that Certificate Transparency's implementations are tested with. */
const CT_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const CT_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test.each(CT_ROOTS.map((root, size) => [size, root] as const))('the tree of %i leaves has the root that others give it', (size, root) => {
  const entries = CT_LEAVES.slice(0, size).map((leaf) => Uint8Array.from(Buffer.from(leaf, 'hex')))
  expect(hex(rootByDefinition(entries))).toBe(root)
  const made = size === 0 ? rootOfEdge(0, new Map(), sha256) : appendEntries({ size: 0, edge: new Map(), entries }, sha256).root
  expect(hex(made)).toBe(root)
})

test('however a log grows, its root is the one that the definition gives, and its right edge is enough to go on', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 }), (counts) => {
      const log = growLog(...counts)
      expect(hex(log.root)).toBe(hex(rootByDefinition(makeEntries(log.size))))
      expect([...log.edge.keys()]).toEqual(edgePaths(log.size))
      expect(hex(rootOfEdge(log.size, log.edge, sha256))).toBe(hex(log.root))
    }),
    { numRuns: 60 },
  )
})

test('nothing that was written is ever written again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 800 }), fc.integer({ min: 1, max: 300 }), (size, more) => {
      const before = growLog(size)
      const { files } = appendEntries({ size, edge: before.edge, entries: makeEntries(more, size) }, sha256)
      expect([...files.keys()].filter((path) => before.files.has(path))).toEqual([])
    }),
    { numRuns: 40 },
  )
})

test('a log of 70,000 entries has the tiles that the specification counts, and the root of the definition', () => {
  const log = growLog(65_535, 1, 4464)
  expect(edgePaths(70_000)).toEqual(['tile/entries/273.p/112', 'tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1'])
  expect(edgePaths(256)).toEqual(['tile/1/000.p/1'])
  const full = [...log.files.keys()].filter((path) => !path.includes('.p/'))
  expect(full.filter((path) => path.startsWith('tile/0/'))).toHaveLength(273)
  expect(full.filter((path) => path.startsWith('tile/1/'))).toEqual(['tile/1/000'])
  expect(hex(log.root)).toBe(hex(rootByDefinition(makeEntries(70_000))))
})
