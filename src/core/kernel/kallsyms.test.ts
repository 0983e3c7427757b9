import { describe, expect, test } from 'vitest'
import { elfWithRodata, makeKallsyms } from '../../../test/kit/kallsyms-specimen.ts'
import { readKallsyms, type KernelSymbol } from './kallsyms.ts'

const TEXT = 0xffff_ffff_8100_0000n
const functions = Array.from({ length: 700 }, (_, i): KernelSymbol => ({
  name: `do_${i}_init`,
  address: TEXT + BigInt(i * 16),
  type: i % 3 === 0 ? 'T' : 't',
}))
const symbols = [...functions, { name: `long_${'x'.repeat(300)}`, address: TEXT + 0x9_0000n, type: 'd' }]
const perCpu = [
  { name: 'fixed_percpu_data', address: 0n, type: 'A' },
  { name: 'cpu_number', address: 0x1_2340n, type: 'A' },
]

describe('kallsyms are found and decoded', () => {
  test.each([
    ['6.1', 'percpu'],
    ['6.0', 'percpu'],
    ['6.12', 'percpu'],
    ['6.12', 'relative'],
    ['6.1', 'relative'],
    ['6.0', 'absolute'],
    ['6.12', 'absolute'],
  ] as const)('in the order of %s, with %s addresses', (order, addresses) => {
    const all = addresses === 'percpu' ? [...perCpu, ...symbols] : symbols
    expect(readKallsyms(elfWithRodata(makeKallsyms(all, { order, addresses })))).toEqual(all)
  })
})

describe('kallsyms are a fault', () => {
  const whole = makeKallsyms(symbols, { order: '6.12', addresses: 'relative' })
  const fault = expect.objectContaining({ code: 'kernel/kallsyms' }) as Error

  test.each([
    ['where there are none', new Uint8Array(4096)],
    ['when cut off', whole.subarray(0, whole.length - 4000)],
  ])('%s', (_, data) => {
    expect(() => readKallsyms(elfWithRodata(data))).toThrow(fault)
  })

  test('when data that looks like tables everywhere would take for ever', () => {
    const hostile = new Uint8Array(1 << 20)
    for (let at = 0; at + 8 < hostile.length - 8192; at += 8) hostile[at + 1] = 3
    hostile.set(whole.subarray(whole.length - 8192), hostile.length - 8192)
    expect(() => readKallsyms(elfWithRodata(hostile))).toThrow(fault)
  })
})
