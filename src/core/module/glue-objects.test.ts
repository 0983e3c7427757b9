import { expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { resolveUnits } from '../klp/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { glueSource } from './mod.ts'

const check: Piece = { name: 'check', kind: 'function', bytes: [0xc3] }
const changed: Piece = { name: 'check', kind: 'function', bytes: [0x90, 0xe8, 0, 0, 0, 0, 0xc3], refs: [{ at: 2, to: 'fresh' }] }
const fresh: Piece = { name: 'fresh', kind: 'function', bytes: [0x90, 0xc3] }
const other: Piece = { name: 'other', kind: 'function', bytes: [0xc3] }

function unitOf(unit: string, object: string, original: readonly Piece[], patched: readonly Piece[]) {
  const diff = diffObjects({ unit, original: makeElf([...original]), patched: makeElf([...patched]), tables: [] })
  const running = makeRunning(
    original.map(({ name }) => ({ name, bytes: [0xc3] })),
    object,
  )
  return { diff, running, match: matchRunPre(diff.original, running) }
}

test('a module that only brings what another one uses is listed, or its references would never be resolved', () => {
  const user = unitOf('user.c', 'veth', [check], [changed])
  const lender = unitOf('lender.c', 'bridge', [other], [other, fresh])
  const { units } = resolveUnits([user, lender], [])
  const source = glueSource({ units, imports: [], namespaces: [], modinfo: [] })
  expect(source).toContain('{ .name = "veth", .funcs = funcs_0 },')
  expect(source).toContain('{ .name = "bridge", .funcs = funcs_1 },')
  expect(source).toContain('static struct klp_func funcs_1[] = {\n\t{ }\n};')
})
