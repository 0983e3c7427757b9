import type { Command } from 'commander'
import { CommanderError } from 'commander'
import { compatProgram } from './commands/host/compat.ts'
import { EXIT, Fault, faultToJson, formatFault } from '../core/base/mod.ts'

/** Runs a command line to its end, and sets the exit code. Called as another program whose place it can take, it is that one. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  // A reader that has seen enough, such as head(1), is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  try {
    const compat = compatProgram(process.argv0, argv)
    if (compat === undefined) await program.parseAsync(argv)
    else process.exitCode = await compat()
  } catch (error) {
    process.exitCode = report(error, argv.includes('--json'))
  }
}

/** Prints what went wrong and returns the exit code. Only a bug of ours shows a stack. */
function report(error: unknown, isJson: boolean): number {
  // Commander's own are 0 and 1; a command that has codes of its own for a wrong command line gives those.
  if (error instanceof CommanderError) return error.exitCode === 1 ? EXIT.usage : error.exitCode
  if (error instanceof Fault) {
    if (isJson) process.stdout.write(`${JSON.stringify(faultToJson(error), null, 2)}\n`)
    else process.stderr.write(`${formatFault(error)}\n`)
    return error.exit
  }
  process.stderr.write(`kmend has a bug; please report this with the command you ran:\n${(error as Error).stack ?? String(error)}\n`)
  return EXIT.bug
}
