import { expect, test } from 'vitest'
import { parseRootFacts } from './mod.ts'

const KMEND = { schema: 'kmend/root/1', tiers: ['canary', 'stable'], log: { origin: 'example.org/log', key: 'example.org/log+1+A' } }

test('root says which tiers there are, in their order, and which log', () => {
  expect(parseRootFacts({ version: 1, kmend: KMEND })).toEqual({ tiers: KMEND.tiers, log: KMEND.log })
})

test.each([
  ['of another project', undefined],
  ['of another form', { ...KMEND, schema: 'kmend/root/2' }],
  ['without tiers', { ...KMEND, tiers: [] }],
  ['with a tier that leads elsewhere', { ...KMEND, tiers: ['../stable'] }],
  ['without a log', { ...KMEND, log: null }],
])('a root %s is refused', (_, kmend) => {
  expect(() => parseRootFacts({ kmend })).toThrow(expect.objectContaining({ code: 'trust/metadata' }))
})
