import { expect, test, type TestContext } from 'vitest'
import { type DemoReport, demo, FIXES, type Fixes } from '../../src/app/demo/mod.ts'
import { makeDemoPorts } from '../../src/bin/ports/demo-ports.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { parseRelease } from '../../src/core/kernel/mod.ts'
import { cannotRun } from '../kit/cannot-run.ts'
import { realKernel } from '../kit/real-kernel.ts'

async function runDemo(context: TestContext, fixes: Fixes): Promise<DemoReport> {
  try {
    const { target } = await realKernel()
    return await demo({ release: parseRelease(target.release), fixes }, makeDemoPorts(ignore, ignore))
  } catch (error) {
    if (error instanceof Fault && ['tool/missing', 'archive/unreachable'].includes(error.code)) return cannotRun(context, error.message)
    throw error
  }
}

function ignore(): void {}

function verdicts({ steps }: DemoReport): string[] {
  return steps.flatMap((step) => (step.step === 'probe' ? [`${step.phase} ${step.verdict}`] : []))
}

// On a day on which the archive has moved on from a fix, the demo shows a change of its own in its place.
test.for(FIXES.known)('the demo shows "$title"', async (fix, context) => {
  const report = await runDemo(context, { known: [fix], own: FIXES.own })
  expect(verdicts(report)).toEqual(['before vulnerable', 'with fixed', 'after vulnerable'])
  expect(report.connection.state).toBe('ended')
})

test('the demo shows a change of its own when the archive has no known fix', async (context) => {
  const report = await runDemo(context, { known: [], own: FIXES.own })
  expect(verdicts(report)).toEqual(['before vulnerable', 'with fixed', 'after vulnerable'])
  expect(report.fix.isOurs).toBe(true)
})

test('the demo ends in a fault when the effect stays with the live patch', async (context) => {
  const own = FIXES.own.map((fix) => ({ ...fix, replacement: fix.replacement.replace('!capable', 'm->count > 9999 && !capable') }))
  await expect(runDemo(context, { known: [], own })).rejects.toThrow(/with the live patch: fixed is expected, the probe says vulnerable/)
})
