import { expect, test } from 'vitest'
import type { SymbolVersion } from '../../core/kernel/mod.ts'
import type { ComparedUnit } from './diff-stage.ts'
import type { BuildPorts } from './ports.ts'
import { type PrototypeStageRequest, prototypeStage } from './prototype-stage.ts'

/** Exports whose types a header changes, by what the kernel ships and what genksyms makes of both sources. */
const CRCS: Readonly<Record<string, { readonly shipped: number; readonly original?: number; readonly patched?: number }>> = {
  same: { shipped: 1, original: 1, patched: 1 },
  other: { shipped: 1, original: 1, patched: 2 },
  doubted: { shipped: 1, original: 3, patched: 2 },
  doubted_same: { shipped: 1, original: 3, patched: 3 },
  as_shipped: { shipped: 1, original: 3, patched: 1 },
  unread: { shipped: 1, patched: 2 },
  unread_now: { shipped: 1, original: 1 },
  removed: { shipped: 1, original: 1 },
}

const names = Object.keys(CRCS)

const touched = [
  {
    unit: { source: 'a.c', output: 'a.o' },
    diff: { unit: 'a.c', replaced: [], removed: [{ name: 'removed' }] },
    names: { exports: names, replaced: [], checksums: names, prototypes: [] },
  },
] as unknown as ComparedUnit[]

const request = {
  touched,
  original: { tree: 'original' },
  patched: { tree: 'patched' },
  changedFiles: new Set<string>(),
  hasHeaders: true,
  folder: 'f',
  exports: Object.entries(CRCS).map(([name, { shipped }]) => ({ name, crc: shipped }) as SymbolVersion),
  inventory: async () => ({ importersOf: () => ['m'] }),
} as unknown as PrototypeStageRequest

const ports = {
  symbolTypes: async (tree: 'original' | 'patched') => ({
    crcs: new Map(Object.entries(CRCS).flatMap(([name, { [tree]: crc }]) => (crc === undefined ? [] : [[name, crc]]))),
    types: new Map(),
  }),
} as unknown as BuildPorts

test('a checksum is compared where the original source comes to the shipped one, and where it comes to another one that is said', async () => {
  const { versions, notes, refusals } = await prototypeStage(request, ports)
  expect([versions, refusals]).toEqual([[{ symbol: 'other', unit: 'a.c', oldCrc: 1, newCrc: 2, importers: ['m'] }], []])
  const uncompared = 'exported, and whether the patched source changes its checksum could not be told: '
  const [doubted, unread] = ['0x00000003', 'none'].map(
    (crc) => `${uncompared}the original source comes to ${crc}, and the kernel ships 0x00000001`,
  )
  expect(notes.map(({ subject, text }) => [subject, text])).toEqual([
    [
      'other',
      'exported, and the patched source changes its checksum from 0x00000001 to 0x00000002 (the running kernel keeps the old one): imported by m',
    ],
    ['doubted', doubted],
    ['doubted_same', doubted],
    ['unread', unread],
    ['unread_now', `${uncompared}genksyms finds no declaration of it in the patched source`],
  ])
})
