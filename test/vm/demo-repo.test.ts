import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { type Telling, repoDemo } from '../../src/app/demo/mod.ts'
import { makeRepoDemoPorts } from '../../src/bin/ports/repo-demo-ports.ts'
import { Fault } from '../../src/core/base/mod.ts'
import { cannotRun } from '../kit/cannot-run.ts'
import { realKernel } from '../kit/real-kernel.ts'

function leftovers(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`kmend-demo-${process.pid}-`))
}

/** `stable kmend agent: error[trust/digest]`: at which host which fault was shown. */
function refusals(tellings: readonly Telling[]): string[] {
  return tellings.flatMap((telling) => {
    const fault = telling.kind === 'command' ? telling.said.find((line) => line.startsWith('error[')) : undefined
    return telling.kind === 'command' && fault !== undefined ? [`${telling.at}: ${fault.replace(/\].*/, ']')}`] : []
  })
}

test('the demo of a repository takes three hosts through all of it, refuses each attack, and leaves nothing', async (context) => {
  try {
    await realKernel()
    const { tellings } = await repoDemo(makeRepoDemoPorts(ignore, ignore))
    expect(refusals(tellings)).toEqual([
      'stable: error[trust/digest]',
      'stable: error[trust/rollback]',
      'stable: error[trust/retracted]',
      'stable: error[trust/log]',
      'auditor: error[trust/log]',
      'behind: error[trust/expired]',
    ])
    const applied = tellings.flatMap((telling) =>
      telling.kind === 'command'
        ? telling.said.flatMap((line) => (line.startsWith('applied') ? [`${telling.at} ${line.split(/[ ,]+/)[1]}`] : []))
        : [],
    )
    const goes = (host: string) => applied.filter((line) => line.startsWith(host)).map((line) => line.split(' ')[1])
    expect([goes('canary'), goes('stable'), goes('behind')]).toEqual([
      ['hardening_1', 'hardening_2', 'hardening_1'],
      ['hardening_1', 'hardening_2', 'hardening_1'],
      ['hardening_1'],
    ])
  } catch (error) {
    if (error instanceof Fault && ['tool/missing', 'archive/unreachable'].includes(error.code)) return cannotRun(context, error.message)
    throw error
  }
  expect(leftovers()).toEqual([])
})

function ignore(): void {}
