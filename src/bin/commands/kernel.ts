import type { Command } from 'commander'
import { addKernel } from '../../app/kernel/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { makeKernelPorts } from '../ports/kernel-ports.ts'
import { makeScreen } from '../screen.ts'

export function addKernelCommand(program: Command): void {
  const kernel = program.command('kernel')
  kernel.command('add <release>').option('--json').action(async (release: string) => {
    const screen = makeScreen()
    const target = await addKernel(parseRelease(release), makeKernelPorts(screen.progress))
    screen.line(JSON.stringify(target, null, 2))
  })
}
