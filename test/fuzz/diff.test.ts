import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diffObjects, specialTables } from '../../src/core/diff/mod.ts'
import { readElf } from '../../src/core/elf/mod.ts'
import { fuzz } from '../kit/fuzz.ts'
import { compileUnitText } from '../kit/unit-pair.ts'

const GOLDEN = join(import.meta.dirname, '../golden')
const SIZES: Readonly<Record<string, number>> = { bug_entry: 12, exception_table_entry: 12, jump_entry: 16, alt_instr: 12 }
const tables = specialTables((struct) => SIZES[struct])

/** Objects with every kind of special section entry, clones apart. */
const compile = (file: string) => compileUnitText(readFileSync(join(GOLDEN, 'special-entries', file), 'utf8'), GOLDEN)

function diff(original: Uint8Array, patched: Uint8Array) {
  return diffObjects({ unit: 'unit.c', original: readElf(original, 'original.o'), patched: readElf(patched, 'patched.o'), tables })
}

test('a damaged original or patched object ends in a fault, or is compared', async () => {
  const original = await compile('orig.c')
  const patched = await compile('patched.c')
  expect(diff(original, patched).replaced).toHaveLength(1)
  fuzz(patched, (damaged) => diff(original, damaged))
  fuzz(original, (damaged) => diff(damaged, patched))
})
