import { expect, test } from 'vitest'
import { type ListedKernel, formatKernels, parseKernels } from './mod.ts'

const KERNEL: ListedKernel = {
  release: '6.1.0-2-amd64',
  packageVersion: '6.1.1-1',
  buildId: 'ab',
  arch: 'amd64',
  from: null,
  until: '2027-06-30',
  tiers: { canary: { name: 'fix_2', version: 2 }, stable: null },
}

test('what is listed is read again, in the order of releases', () => {
  const other = { ...KERNEL, release: '6.1.0-1-amd64' }
  expect(parseKernels(formatKernels([KERNEL, other]))).toEqual([other, KERNEL])
})

const WRONG: readonly (readonly [string, string])[] = [
  ['no JSON', '{'],
  ['another form', JSON.stringify({ schema: 'kmend/kernels/2', kernels: [] })],
  ['no list', JSON.stringify({ schema: 'kmend/kernels/1' })],
  ['an entry that is none', formatKernels([KERNEL]).replace(JSON.stringify(KERNEL), 'null')],
  ...Object.entries({
    'a release that leads elsewhere': { release: '../other' },
    'a build that steers a terminal': { buildId: '\u001b[2J' },
    'a day that is none': { until: 'soon' },
    'a tier with no version': { tiers: { stable: { name: 'fix_1' } } },
  }).map(([what, change]) => [what, formatKernels([{ ...KERNEL, ...change } as ListedKernel])] as const),
]

test.each(WRONG)('a list with %s is refused', (_, text) => {
  expect(() => parseKernels(text)).toThrow(expect.objectContaining({ code: 'trust/metadata' }))
})
