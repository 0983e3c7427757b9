import { expect, test } from 'vitest'
import { adviseOn } from './external-module.ts'
import { formatRefusal } from './report.ts'

const refusal = {
  code: 'run-pre-mismatch',
  unit: 'extra/greeter/greeter.c',
  subject: 'greet',
  reason: 'first difference at greet+0x4',
} as const

test('where the file of an external module is not the code of its source, the advice names both options', () => {
  const advice = formatRefusal(adviseOn({ name: 'greeter' }, refusal)).at(-1)
  expect(advice).toMatch(/file that --module names was built from the very source that --module-source names/)
})

test("of the kernel's own code, it names neither, and of other refusals nothing changes", () => {
  expect(formatRefusal(adviseOn(undefined, refusal)).join()).not.toContain('--module')
  const other = { ...refusal, code: 'not-traceable' } as const
  expect(adviseOn({ name: 'greeter' }, other)).toBe(other)
})
