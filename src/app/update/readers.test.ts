import { expect, test } from 'vitest'
import type { UnitCommand } from '../../core/kernel/mod.ts'
import type { SourceFile } from './difference.ts'
import type { UpdatePorts } from './ports.ts'
import { watchReaders } from './readers.ts'

/** Two headers of one name, as `fs/xfs/scrub/trace.h` and `arch/x86/kvm/trace.h` are, and a C file. */
const files = [
  { path: 'fs/scrub/trace.h', role: 'included', atoms: [{ id: 'scrub' }] },
  { path: 'kvm/trace.h', role: 'included', atoms: [{ id: 'kvm' }] },
  { path: 'kvm/mmu.c', role: 'unit', atoms: [{ id: 'mmu' }] },
] as unknown as SourceFile[]
const units = ['kvm/mmu', 'kvm/svm/nested'].map((stem) => ({ source: `${stem}.c`, output: `${stem}.o` }) as UnitCommand)
const ports = { files: { readText: async () => 'x.o: kvm/mmu.c \\\n kvm/svm/../trace.h' } } as unknown as UpdatePorts

test('an edit of a header counts for the units whose compilation read it, and for those that were not compiled', async () => {
  const readers = watchReaders(files, 'objects', ports)
  const all = new Set(['kvm/mmu.c', 'kvm/svm/nested.c', 'fs/other.c'])
  const unitsOf = new Map(['scrub', 'kvm', 'mmu'].map((id) => [id, all]))
  await readers.look(units)
  const narrow = Object.fromEntries([...readers.narrow(unitsOf)].map(([id, own]) => [id, [...own]]))
  expect(narrow).toEqual({ scrub: ['fs/other.c'], kvm: [...all], mmu: [...all] })
})
