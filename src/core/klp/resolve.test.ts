import { describe, expect, test } from 'vitest'
import { makeElf, type Piece } from '../../../test/kit/object-specimen.ts'
import { makeRunning, type ShippedPiece } from '../../../test/kit/running-specimen.ts'
import { diffObjects } from '../diff/mod.ts'
import { elf } from '../elf/mod.ts'
import { matchRunPre } from '../runpre/mod.ts'
import { resolveUnits } from './mod.ts'

const CALL = [0xe8, 0, 0, 0, 0, 0xc3]
const RETURN = [0x31, 0xc0, 0xc3]
const CHANGED = [0x90, 0xe8, 0, 0, 0, 0, 0xc3]
const EXPORTS = [
  { name: 'printk', crc: 1, owner: 'vmlinux', isGplOnly: false, namespace: '' },
  { name: 'bridge_hook', crc: 2, owner: 'net/bridge/bridge-core', isGplOnly: false, namespace: '' },
]

/** What a call to `callee` from a changed function becomes, in a kernel (or a module) of these symbols. */
function resolveCall(
  callee: string,
  {
    rest = [],
    before = callee,
    kernel,
    object = 'vmlinux',
    unsteady = [],
  }: {
    readonly rest?: readonly Piece[]
    /** What the original calls instead. */
    readonly before?: string
    readonly kernel: readonly ShippedPiece[]
    readonly object?: string
    readonly unsteady?: readonly string[]
  },
) {
  const check = (bytes: number[], at: number, to: string): Piece => ({ name: 'check', kind: 'function', bytes, refs: [{ at, to }] })
  const diff = diffObjects({
    unit: 'a.c',
    original: makeElf([check(CALL, 1, before), ...rest]),
    patched: makeElf([check(CHANGED, 2, callee), ...rest]),
    tables: [],
  })
  const running = makeRunning(kernel, object, unsteady)
  const { units, refusals } = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], EXPORTS)
  const links = [...diff.inclusion.links.values()].flat().flatMap(({ link }) => (link.kind === 'carried' ? [] : [units[0]?.refOf(link)]))
  return { ref: links[0], functions: units[0]?.functions, refusals: refusals.map(({ code, subject }) => `${subject}: ${code}`) }
}

const shippedCheck = (callee: string): ShippedPiece => ({ name: 'check', bytes: CALL, calls: { 1: callee } })
const local = (name: string): Piece => ({ name, kind: 'function', bytes: RETURN, bind: elf.STB.LOCAL })

describe('a name that the patch uses', () => {
  test('is an ordinary import when the kernel exports it', () => {
    const kernel = [{ name: 'printk', bytes: RETURN }, shippedCheck('printk')]
    expect(resolveCall('printk', { kernel })).toMatchObject({ ref: { kind: 'exported', name: 'printk' }, refusals: [] })
  })

  test('is looked up by the livepatch core when it is not exported', () => {
    const kernel = [{ name: 'helper', bytes: RETURN }, shippedCheck('helper')]
    expect(resolveCall('helper', { kernel })).toMatchObject({
      ref: { kind: 'klp', object: 'vmlinux', name: 'helper', sympos: 0 },
      refusals: [],
    })
  })

  test('is refused when a namesake in init code moves its position', () => {
    const kernel = [{ name: 'helper', bytes: RETURN }, shippedCheck('helper')]
    const { refusals } = resolveCall('helper', { kernel, object: 'loop', unsteady: ['helper'] })
    expect(refusals).toEqual(['helper: symbol-ambiguous'])
  })

  test('has the position among its namesakes that the matched code shows', () => {
    const kernel = [{ name: 'helper', bytes: RETURN }, { name: 'helper', bytes: RETURN }, shippedCheck('helper#2')]
    expect(resolveCall('helper', { rest: [local('helper')], kernel })).toMatchObject({ ref: { name: 'helper', sympos: 2 }, refusals: [] })
  })

  test('is looked up in the other module that exports it, so that this patch does not need that module', () => {
    const kernel = [{ name: 'local_hook', bytes: RETURN }, shippedCheck('local_hook')]
    expect(resolveCall('bridge_hook', { kernel, object: 'veth' }).ref).toEqual({
      kind: 'klp',
      object: 'bridge_core',
      name: 'bridge_hook',
      sympos: 0,
    })
  })

  test('is refused when the matched code refers to a place that no symbol of the kernel names', () => {
    const kernel = [{ name: 'other', bytes: RETURN }, shippedCheck('other')]
    expect(resolveCall('helper', { kernel }).refusals).toEqual(['helper: symbol-not-found'])
  })

  test('is refused when it is freed once the kernel has started, even where other matched code refers to it', () => {
    const user: Piece = { name: 'user', kind: 'function', bytes: CALL, refs: [{ at: 1, to: 'setup' }] }
    const kernel = [
      { name: 'helper', bytes: RETURN },
      { name: 'setup', bytes: RETURN, isInit: true },
      { name: 'user', bytes: CALL, calls: { 1: 'setup' } },
      shippedCheck('helper'),
    ]
    const { refusals } = resolveCall('setup', { before: 'helper', rest: [user], kernel })
    expect(refusals).toEqual(['setup: init-reference'])
  })

  test('may be freed memory where the replaced function refers to it already', () => {
    const kernel = [{ name: 'setup', bytes: RETURN, isInit: true }, shippedCheck('setup')]
    expect(resolveCall('setup', { kernel }).refusals).toEqual([])
  })

  test('is refused for being freed, and for nothing else, when a module has it in its init code alone: there the name is freed too', () => {
    const kernel = [{ name: 'helper', bytes: RETURN }, shippedCheck('helper')]
    const { refusals } = resolveCall('setup', { before: 'helper', kernel, object: 'loop', unsteady: ['setup'] })
    expect(refusals).toEqual(['setup: init-reference'])
  })

  test('is refused when the kernel has none of it', () => {
    const kernel = [{ name: 'helper', bytes: RETURN }, shippedCheck('helper')]
    expect(resolveCall('gone', { kernel }).refusals).toEqual(['gone: symbol-not-found'])
  })
})

describe('a function to replace', () => {
  test('is named with its sizes', () => {
    const kernel = [{ name: 'printk', bytes: RETURN }, shippedCheck('printk')]
    expect(resolveCall('printk', { kernel }).functions).toEqual([{ name: 'check', sympos: 0, oldSize: 6, newSize: 7, unit: 'a.c' }])
  })

  test('is refused when the shipped code is another', () => {
    const kernel = [
      { name: 'printk', bytes: RETURN },
      { name: 'check', bytes: [0x90, 0x90, 0x90, 0x90, 0x90, 0xc3] },
    ]
    expect(resolveCall('printk', { kernel }).refusals).toEqual(['check: run-pre-mismatch'])
  })

  test('is refused when two of the same name and code could be it', () => {
    const kernel = [{ name: 'printk', bytes: RETURN }, shippedCheck('printk'), shippedCheck('printk')]
    expect(resolveCall('printk', { kernel }).refusals).toEqual(['check: symbol-ambiguous'])
  })
})

test("a changed weak function is left out with a note when the kernel has another unit's definition, and replaced when it has this one", () => {
  const weak = (bytes: number[]): Piece => ({ name: 'hook', kind: 'function', bytes, bind: elf.STB.WEAK })
  const diff = diffObjects({ unit: 'a.c', original: makeElf([weak(RETURN)]), patched: makeElf([weak([0x90, 0xc3])]), tables: [] })
  const resolve = (kernel: ShippedPiece) => {
    const running = makeRunning([kernel])
    const { units, notes, refusals } = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], EXPORTS)
    expect(refusals).toEqual([])
    return [units[0]?.functions.map(({ name }) => name), notes.map(({ subject }) => subject)]
  }
  expect(resolve({ name: 'hook', bytes: [0x31, 0xc9, 0xc3] })).toEqual([[], ['hook']])
  expect(resolve({ name: 'hook', bytes: RETURN })).toEqual([[], ['hook']])
  expect(resolve({ name: 'hook', bytes: RETURN, isWeak: true })).toEqual([['hook'], []])
})

test('a global that the patch moves here from another unit is refused: unchanged code would go on using the old one', () => {
  const diff = diffObjects({
    unit: 'a.c',
    original: makeElf([{ name: 'check', kind: 'function', bytes: RETURN }]),
    patched: makeElf([
      { name: 'check', kind: 'function', bytes: RETURN },
      { name: 'moved', kind: 'function', bytes: RETURN },
      { name: 'fresh', kind: 'function', bytes: RETURN },
    ]),
    tables: [],
  })
  const running = makeRunning([
    { name: 'check', bytes: RETURN },
    { name: 'moved', bytes: RETURN },
    { name: 'fresh', bytes: RETURN, isGlobal: false },
  ])
  const { refusals } = resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], EXPORTS)
  expect(refusals.map(({ code, subject }) => `${subject}: ${code}`)).toEqual(['moved: already-there'])
})

describe('a new weak function', () => {
  const changed: Piece = { name: 'check', kind: 'function', bytes: CHANGED, refs: [{ at: 2, to: 'fresh' }] }
  const weak: Piece = { name: 'fresh', kind: 'function', bytes: RETURN, bind: elf.STB.WEAK }
  function refusalsOf(shipped: readonly ShippedPiece[], strong: readonly Piece[] = []) {
    const units = (['a.c', 'b.c'] as const).map((unit) => {
      const own: Piece = { name: unit === 'a.c' ? 'check' : 'other', kind: 'function', bytes: RETURN }
      const after = unit === 'a.c' ? [changed, weak] : [own, ...strong]
      const diff = diffObjects({ unit, original: makeElf([own]), patched: makeElf(after), tables: [] })
      const running = makeRunning([{ name: 'check', bytes: RETURN }, { name: 'other', bytes: RETURN }, ...shipped])
      return { diff, running, match: matchRunPre(diff.original, running) }
    })
    return resolveUnits(units, []).refusals.map(({ unit, code, subject }) => `${unit} ${subject}: ${code}`)
  }

  test('is the one that is called when nothing else has its name', () => {
    expect(refusalsOf([])).toEqual([])
  })

  test('is refused when another file of the patch has the strong one', () => {
    expect(refusalsOf([], [{ ...weak, bind: elf.STB.GLOBAL }])).toEqual(['a.c fresh: already-there'])
  })

  test('is refused when the running kernel has the strong one', () => {
    expect(refusalsOf([{ name: 'fresh', bytes: RETURN }])).toEqual(['a.c fresh: already-there'])
  })
})

describe('an address that the patch takes', () => {
  const ABS32S = 11
  const TAKE = [0x48, 0xc7, 0xc7, 0, 0, 0, 0, 0xc3] // mov $helper,%rdi; ret
  const take = (to: string, prefix: readonly number[]): Piece => ({
    name: 'check',
    kind: 'function',
    bytes: [...prefix, ...TAKE],
    refs: [{ at: prefix.length + 3, to, type: ABS32S, addend: 0n }],
  })
  function isRefused(before: string, isSealed: boolean) {
    const original = makeElf([take(before, [])])
    const diff = diffObjects({ unit: 'a.c', original, patched: makeElf([take('helper', [0x90])]), tables: [] })
    const running = makeRunning([
      { name: 'other', bytes: RETURN },
      { name: 'helper', bytes: RETURN, isSealed },
      { name: 'check', bytes: TAKE },
    ])
    return resolveUnits([{ diff, running, match: matchRunPre(diff.original, running) }], []).refusals.some(
      ({ code }) => code === 'no-landing-pad',
    )
  }

  test('must be that of a function whose landing pad the kernel leaves alone', () => {
    expect(isRefused('other', true)).toBe(true)
    expect(isRefused('other', false)).toBe(false)
  })

  test('may be any that the unit has always taken', () => {
    expect(isRefused('helper', true)).toBe(false)
  })
})
