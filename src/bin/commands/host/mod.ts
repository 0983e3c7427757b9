import type { Command } from 'commander'
import { addChangeCommands } from './change.ts'
import { addUnattendedCommands } from './unattended.ts'
import { addWatchCommands } from './watch.ts'

/** Every command for a host that is patched. */
export function addHostCommands(program: Command): void {
  addWatchCommands(program)
  addChangeCommands(program)
  addUnattendedCommands(program)
}
