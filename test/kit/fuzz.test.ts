import { describe, expect, test } from 'vitest'
import { Fault } from '../../src/core/base/mod.ts'
import { damage } from './damage.ts'
import { fuzz } from './fuzz.ts'

const SPECIMEN = new Uint8Array(64).map((_, index) => index)

describe('damage', () => {
  test('is the same for the same seed and run, and another for another', () => {
    expect(damage(SPECIMEN, { seed: 7, run: 3 })).toEqual(damage(SPECIMEN, { seed: 7, run: 3 }))
    const many = new Set(Array.from({ length: 50 }, (_, run) => damage(SPECIMEN, { seed: 7, run }).join()))
    expect(many.size).toBeGreaterThan(45)
  })

  test('leaves the specimen as it is', () => {
    damage(SPECIMEN, { seed: 1, run: 1 })
    expect(SPECIMEN).toEqual(new Uint8Array(64).map((_, index) => index))
  })
})

describe('fuzzing', () => {
  test('accepts values and faults', () => {
    let runs = 0
    fuzz(SPECIMEN, (bytes) => {
      runs++
      if (bytes[0] !== 0) throw new Fault('elf/magic', 'Cannot read this: it does not start with 0')
    })
    expect(runs).toBeGreaterThan(100)
  })

  test('finds any other error, and says how to repeat it', () => {
    const read = (bytes: Uint8Array) => {
      if (bytes.length < 32) throw new RangeError('too short')
    }
    expect(() => fuzz(SPECIMEN, read)).toThrow(/seed 1, run \d+/)
  })
})
