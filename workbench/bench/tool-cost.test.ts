import { expect, test } from 'vitest'
import { formatRuns, parseRuns } from './tool-cost.ts'

test('runs are counted in milliseconds, megabytes of memory, and kilobytes read', () => {
  const runs = parseRuns('3 66000 56000 51200 32768\n3 80000 60000 49152 16384\n')
  expect(runs[0]).toEqual({ exit: 3, wallMs: 66, cpuMs: 56, memoryMb: 50, readKb: 32 })
  expect(formatRuns(runs)).toEqual(['3', '73.0 (80.0)', '58.0 (60.0)', '49.0 (50.0)', '24.0 (32.0)'])
})

test('a kernel that does not count what is read has no figure for it', () => {
  expect(formatRuns(parseRuns('0 66000 56000 51200 -1\n')).at(-1)).toBe('not counted')
})

test('runs that end differently are not compared', () => {
  expect(() => formatRuns(parseRuns('0 1 1 1 1\n8 1 1 1 1\n'))).toThrow('ended with 0 and with 8')
})
