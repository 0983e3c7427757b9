import { Command, CommanderError } from 'commander'
import { EXIT, Fault, faultToJson, formatFault } from '../core/base/mod.ts'
import { addBuildCommand } from './commands/build.ts'
import { addDemoCommand } from './commands/demo.ts'
import { addKernelCommand } from './commands/kernel.ts'
import { addLintCommand } from './commands/lint.ts'
import { addProveCommand } from './commands/prove.ts'
import { addVmCommand } from './commands/vm.ts'
import { VERSION } from './version.ts'

/** The product's command line: one file in commands/ per command, each a story of src/app given its adapters of src/io. */
async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('kmend')
    .description('Turns a source fix into a verified live patch for a stock Linux kernel, and applies it with no reboot.')
    .version(VERSION)
    .showHelpAfterError('(kmend --help shows the commands)')
    .exitOverride()
  addKernelCommand(program)
  addLintCommand(program)
  addBuildCommand(program)
  addVmCommand(program)
  addProveCommand(program)
  addDemoCommand(program)
  try {
    await program.parseAsync(argv)
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'))
  }
}

/** Prints what went wrong and returns the exit code. Only a bug of ours shows a stack. */
function report(error: unknown, isJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
  if (error instanceof Fault) {
    if (isJson) process.stdout.write(`${JSON.stringify(faultToJson(error), null, 2)}\n`)
    else process.stderr.write(`${formatFault(error)}\n`)
    return error.exit
  }
  process.stderr.write(`kmend has a bug; please report this with the command you ran:\n${(error as Error).stack ?? String(error)}\n`)
  return EXIT.bug
}

// A reader that has seen enough, such as head(1), is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

await main(process.argv)
