import type { Command } from 'commander'

export function addVmCommand(program: Command): void {
  program.command('vm')
}
