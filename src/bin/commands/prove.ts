import type { Command } from 'commander'

export function addProveCommand(program: Command): void {
  program.command('prove')
}
