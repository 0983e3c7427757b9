import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { decideTypes } from '../../../test/kit/type-decisions.ts'
import { compilePair, unitFlags } from '../../../test/kit/unit-pair.ts'
import { diffObjects } from '../../core/diff/mod.ts'

const GOLDEN = join(import.meta.dirname, '../../../test/golden')

test('where one unit that sees a type is enough, the same types are refused, and fewer units are asked', async () => {
  const all = await decideCopies('type-member-added', false)
  const few = await decideCopies('type-member-added', true)
  expect(all.refusals.map(({ code, subject }) => `${code} ${subject}`)).toEqual(['layout-changed struct session'])
  expect(few.refusals.map(({ code, subject }) => `${code} ${subject}`)).toEqual(['layout-changed struct session'])
  expect([all.probeCount, few.probeCount]).toEqual([12, 8])
}, 120_000)

test('a type that nobody sees is asked of every unit all the same', async () => {
  const few = await decideCopies('type-unseen', true)
  expect([few.refusals, few.probeCount]).toEqual([[], 12])
}, 120_000)

async function decideCopies(name: string, isWitnessEnough: boolean) {
  const read = (file: string) => readFileSync(join(GOLDEN, name, file), 'utf8')
  const sources = { original: read('orig.c'), patched: read('patched.c') }
  const pair = await compilePair(sources, GOLDEN)
  const diff = diffObjects({ unit: `${name}.c`, ...pair, tables: [] })
  return decideTypes({ sources, pair, diff, tables: [], flags: unitFlags(GOLDEN), copies: 12, isWitnessEnough })
}
