import { Command } from 'commander'
import { addHostCommands } from './commands/host/mod.ts'
import { VERSION } from './version.ts'

/** The command line of a host that is patched: everything that needs neither sources nor a compiler. Its manual pages are made from it. */
export function makeHostProgram(): Command {
  const program = new Command('kmend')
    .description('Applies live patches to the running kernel, watches them, and takes them back.')
    .version(VERSION)
    .showHelpAfterError('(kmend --help shows the commands)')
    .exitOverride()
  addHostCommands(program)
  return program
}
