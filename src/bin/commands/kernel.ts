import type { Command } from 'commander'

export function addKernelCommand(program: Command): void {
  program.command('kernel')
}
