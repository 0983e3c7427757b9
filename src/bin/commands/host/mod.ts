import type { Command } from 'commander'
import { addChangeCommands } from './change.ts'
import { addCheckCommand } from './check.ts'
import { addCompatCommands } from './compat.ts'
import { addConfigCommands } from './config.ts'
import { addDoctorCommand } from './doctor.ts'
import { addFollowCommands } from './follow.ts'
import { addInspectCommand } from './inspect.ts'
import { addListCommands } from './list.ts'
import { addUnattendedCommands } from './unattended.ts'
import { addVexCommand } from './vex.ts'
import { addWatchCommands } from './watch.ts'

/** Every command for a host that is patched. */
export function addHostCommands(program: Command): void {
  program.commandsGroup('See what is in force on this host:')
  addWatchCommands(program)
  addCheckCommand(program)
  addInspectCommand(program)
  addDoctorCommand(program)
  addVexCommand(program)
  addListCommands(program)
  program.commandsGroup('Change what is in force on this host:')
  addChangeCommands(program)
  program.commandsGroup('Have it follow a publisher:')
  addFollowCommands(program)
  addConfigCommands(program)
  program.commandsGroup('Run by the system:')
  addUnattendedCommands(program)
  program.commandsGroup('Spoken to as other programs:')
  addCompatCommands(program)
}
