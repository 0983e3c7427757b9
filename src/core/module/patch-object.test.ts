import { expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { resolveUnits } from '../klp/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { writePatchObject } from './mod.ts'

test('a new variable per CPU lies where the loader makes room for each CPU, whatever its section in the kernel', () => {
  const check: Piece = { name: 'check', kind: 'function', bytes: [0xc3] }
  const fresh: Piece = { name: 'fresh', kind: 'data', bytes: [1, 0, 0, 0], section: '.data..percpu..shared_aligned' }
  const diff = diffObjects({ unit: 'a.c', original: makeElf([check]), patched: makeElf([check, fresh]), tables: [] })
  const running = makeRunning([{ name: 'check', bytes: [0xc3] }])
  const [unit] = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], []).units
  expect(unit && writePatchObject(unit, 0).sections.map((section) => section.name)).toEqual(['.data..percpu'])
})
