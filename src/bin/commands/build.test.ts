import { Command } from 'commander'
import { expect, test } from 'vitest'
import { addBuildCommand } from './build.ts'

function run(words: readonly string[]): Promise<unknown> {
  const program = new Command()
  addBuildCommand(program)
  return program.parseAsync(['build', '--kernel', '6.1.0-1-amd64', ...words], { from: 'user' })
}

test('what patches may have an exception for, a whole update does not take without a word', async () => {
  await expect(run(['--to', '6.1.200-1', '--set-data', 'limit', '--allow-layout', 'loop_cmd'])).rejects.toMatchObject({
    code: 'usage/build',
    message: 'Cannot take --allow-layout, --set-data with --to: they are for patches',
  })
})

test('what is of a newer source alone is not taken with patches', async () => {
  for (const option of [
    ['--only', 'fs'],
    ['--without', 'fs=it is slow'],
    ['--from', '6.1.1-1'],
    ['--cve-records', 'cves'],
  ])
    await expect(run(['fix.patch', ...option])).rejects.toMatchObject({ code: 'usage/build' })
})
