import { Command } from 'commander'
import { addHostCommands } from './commands/host/mod.ts'
import { runProgram } from './run-program.ts'
import { VERSION } from './version.ts'

/** The command line of a host that is patched: everything that needs neither sources nor a compiler. */
const program = new Command('kmend')
  .description('Applies live patches to the running kernel, watches them, and takes them back.')
  .version(VERSION)
  .showHelpAfterError('(kmend --help shows the commands)')
  .exitOverride()
addHostCommands(program)

await runProgram(program, process.argv)
