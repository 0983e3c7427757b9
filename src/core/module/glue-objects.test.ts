import { describe, expect, test } from 'vitest'
import { type Piece, makeElf } from '../../../test/kit/object-specimen.ts'
import { makeRunning } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { resolveUnits } from '../klp/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { glueImports, glueSource, writePatchObject } from './mod.ts'

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
  const source = glueSource({ units, imports: [], modinfo: [] })
  expect(source).toContain('{ .name = "veth", .funcs = funcs_0 },')
  expect(source).toContain('{ .name = "bridge", .funcs = funcs_1 },')
  expect(source).toContain('static struct klp_func funcs_1[] = {\n\t{ }\n};')
})

describe('a pointer that the patch brings for a module, which begins with an address in that module', () => {
  const ABS64 = 1
  const before: Piece[] = [
    { name: 'handle', kind: 'function', bytes: [0xc3] },
    { name: 'check', kind: 'function', bytes: [0xe8, 0, 0, 0, 0, 0xc3], refs: [{ at: 1, to: 'handle' }] },
  ]
  const after = (...brought: Piece[]): Piece[] => [
    { name: 'handle', kind: 'function', bytes: [0xc3] },
    { name: 'check', kind: 'function', bytes: [0x90, 0xe8, 0, 0, 0, 0, 0xc3], refs: [{ at: 2, to: 'handle' }] },
    ...brought,
  ]
  const pointer = (name: string, offset = 0): Piece => ({
    name,
    kind: 'data',
    bytes: Array(16).fill(0) as number[],
    refs: [{ at: offset, to: 'handle', type: ABS64, addend: 0n }],
  })
  const glueFor = (object: string, ...brought: Piece[]) => {
    const diff = diffObjects({ unit: 'a.c', original: makeElf(before), patched: makeElf(after(...brought)), tables: [] })
    const running = makeRunning(
      [
        { name: 'handle', bytes: [0xc3] },
        { name: 'check', bytes: [0xe8, 0, 0, 0, 0, 0xc3], calls: { 1: 'handle' } },
      ],
      object,
    )
    const { units } = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], [])
    const named = units.flatMap((unit) => writePatchObject(unit, 0).symbols.filter(({ name }) => name.startsWith('kmend_late')))
    return { source: glueSource({ units, imports: [], modinfo: [] }), imports: glueImports(units), places: named }
  }

  test('holds that address again when the module goes, or the kernel could not take it back and would refuse the module', () => {
    const { source, imports, places } = glueFor('ext4', pointer('current_handle', 8))
    expect(source).toContain('static struct late late_0[] = {\n\t{ .at = &kmend_late_0_0 },\n};')
    expect(source).toContain('{\n\tnote_late(late_0, ARRAY_SIZE(late_0));\n\treturn 0;\n}')
    expect(source).toContain('{\n\tput_back_late(object, late_0, ARRAY_SIZE(late_0));\n}')
    expect(source).toContain('.callbacks = { .pre_patch = pre_patch_0, .post_unpatch = post_unpatch_0 }')
    expect(places.map(({ name, value }) => [name, value])).toEqual([['kmend_late_0_0', 8n]])
    expect(imports).toContain('__static_call_update')
  })

  test("is put back through its trampoline where it is a static call's", () => {
    const trampoline: Piece = { name: '__SCT__hook', kind: 'function', bytes: [0xe9, 0, 0, 0, 0], refs: [{ at: 1, to: 'handle' }] }
    const { source } = glueFor('ext4', pointer('__SCK__hook'), trampoline)
    expect(source).toContain('{ .at = &kmend_late_0_0, .trampoline = kmend_trampoline_0_0 },')
  })

  test('needs none of this in the kernel image, which does not go', () => {
    expect(glueFor('vmlinux', pointer('current_handle')).source).not.toContain('late')
  })
})
