import { expect, test } from 'vitest'
import { PrintTable } from './print-table.ts'

const MANY = 5000
/** Of 52 bits, and alike in their low 20: all would lie in one place. */
const nameOf = (rank: number) => rank * 2 ** 20 + (rank % 3) * 2 ** 45 + 7

test('each name keeps what was last given for it, however many come and wherever they would lie', () => {
  const table = new PrintTable(4)
  for (let rank = 0; rank < MANY; rank++) table.set(nameOf(rank), rank, 'other')
  table.set(nameOf(1), 2 ** 52 - 1, 'struct')
  expect(table.size).toBe(MANY)
  expect([0, 1, 2, MANY - 1, MANY].map((rank) => table.get(nameOf(rank)))).toEqual([0, 2 ** 52 - 1, 2, MANY - 1, undefined])
  const structs: number[] = []
  expect(table.some((name, _, kind) => kind === 'struct' && structs.push(name) > 1)).toBe(false)
  expect(structs).toEqual([nameOf(1)])
})

test('zero is a name like others', () => {
  const table = new PrintTable(1)
  expect(table.get(0)).toBeUndefined()
  table.set(0, 0, 'value')
  expect([table.get(0), table.some((name, whole, kind) => name === 0 && whole === 0 && kind === 'value')]).toEqual([0, true])
})
