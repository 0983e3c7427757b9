import { Command } from 'commander'
import { addAdvisoryCommand } from './commands/advisory.ts'
import { addBuildCommand } from './commands/build.ts'
import { addBundleCommand } from './commands/bundle.ts'
import { addDataCommand } from './commands/data.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addHostCommands } from './commands/host/mod.ts'
import { addInitPatchCommand } from './commands/init-patch.ts'
import { addKernelCommand } from './commands/kernel.ts'
import { addLintCommand } from './commands/lint.ts'
import { addPackagesCommand } from './commands/packages.ts'
import { addLogCommand } from './commands/log.ts'
import { addProveCommand } from './commands/prove.ts'
import { addRebuildCommand } from './commands/rebuild.ts'
import { addRepoCommands } from './commands/repo/mod.ts'
import { addSignCommand } from './commands/sign.ts'
import { addVmCommand } from './commands/vm.ts'
import { runProgram } from './run-program.ts'
import { VERSION } from './version.ts'

/** The product's command line: one file in commands/ per command, each a story of src/app given its adapters of src/io. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('kmend')
    .description('Turns a source fix into a verified live patch for a stock Linux kernel, and applies it with no reboot.')
    .version(VERSION)
    .showHelpAfterError('(kmend --help shows the commands)')
    .exitOverride()
  program.commandsGroup('Make a live patch:')
  addKernelCommand(program)
  addLintCommand(program)
  addBuildCommand(program)
  addInitPatchCommand(program)
  addVmCommand(program)
  addProveCommand(program)
  addDemoCommand(program)
  program.commandsGroup('Hand it out:')
  addBundleCommand(program)
  addRebuildCommand(program)
  addSignCommand(program)
  addAdvisoryCommand(program)
  addDataCommand(program)
  addPackagesCommand(program)
  addRepoCommands(program)
  addLogCommand(program)
  addHostCommands(program)
  await runProgram(program, argv)
}

await main(process.argv)
