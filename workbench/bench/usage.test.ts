import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT, runNode } from '../run.ts'
import { formatUsage } from './usage.ts'

const names = readdirSync(join(ROOT, 'workbench')).flatMap((file) => /^bench-(.+)\.ts$/.exec(file)?.[1] ?? [])

test.each(names)('the help of the benchmark %s says what it takes, with an example', (name) => {
  expect(formatUsage(name)).toMatch(
    new RegExp(`^Usage: ./dev bench ${name} \\S[^]*\\nArguments and options:\\n {2}\\w[^]*\\nExamples:\\n {2}\\./dev bench ${name}\\n`),
  )
})

test('./dev bench diff --help prints it, and measures nothing', async () => {
  const { code, output } = await runNode([join(ROOT, 'workbench/dev.ts'), 'bench', 'diff', '--help'])
  expect({ code, output }).toEqual({ code: 0, output: formatUsage('diff') })
}, 60_000)
