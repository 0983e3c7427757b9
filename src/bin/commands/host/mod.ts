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
  addWatchCommands(program)
  addCheckCommand(program)
  addInspectCommand(program)
  addDoctorCommand(program)
  addVexCommand(program)
  addListCommands(program)
  addChangeCommands(program)
  addFollowCommands(program)
  addConfigCommands(program)
  addUnattendedCommands(program)
  addCompatCommands(program)
}
