import type { Command } from 'commander'
import { type DemoRequest, demo } from '../../app/demo/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { exitOnSignals } from '../interrupt.ts'
import { makeDemoPorts } from '../ports/demo-ports.ts'
import { makeScreen } from '../screen.ts'
import { addRepoDemoCommand } from './demo-repo.ts'
import { formatProof, formatStep } from './demo-text.ts'

interface Options {
  readonly kernel?: string
  readonly json?: true
}

export function addDemoCommand(program: Command): void {
  const demonstration = program
    .command('demo')
    .option('--kernel <release>', 'the kernel to patch (default: the newest 6.1 cloud kernel with newer source on offer)')
    .option('--json', 'print for machines, at the end')
    .description('live patch an older kernel with a real security fix, and show the effect before, with and after it')
    .addHelpText('after', NOTES)
    .action(run)
  addRepoDemoCommand(demonstration)
}

const NOTES = `
Takes the fix from the difference of two source packages, builds the live patch, boots the older kernel in a virtual machine, opens a TCP connection
in it, shows the effect of the bug, applies, shows it gone, reverts, shows it back: one boot, one connection. Only the cache is written to.

Exit codes: 0 all of it was so, 6 something is missing here, 8 anything was not as claimed, 9 a transition did not end, 10 no archive.`

async function run(options: Options): Promise<void> {
  const screen = makeScreen()
  exitOnSignals(screen.settle)
  const isJson = options.json === true
  const ports = makeDemoPorts(screen.progress, (step) => {
    if (!isJson) for (const line of formatStep(step, screen)) screen.line(line)
  })
  const request: DemoRequest = options.kernel === undefined ? {} : { release: parseRelease(options.kernel) }
  const report = await demo(request, ports).finally(screen.settle)
  if (isJson) return screen.line(JSON.stringify(report, (_, value: unknown) => value ?? null, 2))
  for (const line of formatProof(report, screen)) screen.line(line)
}
