import { expect, test } from 'vitest'
import type { Btf, BtfMember, BtfType } from '../kernel/mod.ts'
import { compareLayouts } from './compare-layouts.ts'
import { tellingNames } from './telling-names.ts'

const INT = 1

const member = (name: string, bitOffset: number, type = INT): BtfMember => ({ name, type, bitOffset, bitSize: 0 })

const struct = (name: string, members: readonly BtfMember[]): BtfType => ({ kind: 'struct', name, size: 4 * members.length, members })

function makeTypes(...own: readonly BtfType[]): Btf {
  const types: BtfType[] = [{ kind: 'void' }, { kind: 'int', name: 'int', size: 4, bits: 32, bitOffset: 0, encoding: 'signed' }, ...own]
  const named = types.flatMap((type, id) => ('name' in type && type.name !== '' ? [{ name: type.name, id }] : []))
  const idsByName = new Map([...Map.groupBy(named, ({ name }) => name)].map(([name, ids]) => [name, ids.map(({ id }) => id)] as const))
  return { file: 'x', types, idsByName, strings: new Uint8Array() }
}

const SESSION = struct('session', [member('id', 0), member('gone', 32), member('state', 64)])
const LATER = struct('session', [member('id', 0), member('limit', 32), member('moved', 64), member('state', 96)])

function tell(before: readonly BtfType[], after: readonly BtfType[]) {
  const [original, patched] = [makeTypes(...before), makeTypes(...after)]
  return Object.fromEntries(tellingNames(compareLayouts(original, patched), original, patched))
}

test('the names of changed members tell: of removed ones in the original source, of others in the patched one', () => {
  expect(tell([SESSION], [LATER])).toEqual({
    'struct session': { kind: 'members', original: ['gone'], patched: ['state', 'limit', 'moved'] },
  })
})

test('a name that another type has on that side does not', () => {
  const before = struct('before', [member('gone', 0), member('limit', 32)])
  const after = struct('after', [member('gone', 0), member('state', 32)])
  expect(tell([SESSION, before], [LATER, after])).toEqual({
    'struct session': { kind: 'members', original: [], patched: ['limit', 'moved'] },
  })
})

test('a nameless type inside is part of what it is in; as the type of a member, or of a variable, it is another', () => {
  const inner = struct('', [member('limit', 0)])
  const isPart = struct('session', [member('id', 0), member('', 32, 2)])
  const isOther = struct('session', [member('id', 0), member('limit', 32), member('by', 64, 2)])
  const first = struct('session', [member('id', 0)])
  expect(tell([inner, first], [inner, isPart])['struct session']?.patched).toEqual(['limit'])
  expect(tell([inner, first], [inner, isOther])['struct session']?.patched).toEqual(['by'])
})

test('a type by its typedef has its names, unless another has them', () => {
  const typedef: BtfType = { kind: 'typedef', name: 'session_t', target: 2 }
  const [was, is] = [struct('', [member('id', 0)]), struct('', [member('id', 0), member('limit', 32)])]
  const other = struct('other', [member('limit', 0)])
  expect(tell([was, typedef], [is, typedef])['session_t']?.patched).toEqual(['limit'])
  expect(tell([was, typedef], [is, typedef, other])['session_t']?.patched).toEqual([])
})

test('of two types by one name nothing tells', () => {
  const second = struct('session', [member('far', 0)])
  expect(tell([SESSION, second], [LATER, second])['struct session']).toEqual({ kind: 'members', original: [], patched: [] })
})

test('constants with another number tell when they are written as no variable is', () => {
  const state = (names: readonly string[]): BtfType => ({
    ...{ kind: 'enum', name: 'state', size: 4, isSigned: false },
    values: names.map((name, value) => ({ name, value: BigInt(value) })),
  })
  expect(tell([state(['IDLE', 'DEAD', 'busy'])], [state(['IDLE', 'PAUSED', 'DEAD', 'busy'])])).toEqual({
    'enum state': { kind: 'constants', original: [], patched: ['DEAD'] },
  })
})
