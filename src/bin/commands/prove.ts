import { basename, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { prove } from '../../app/prove/mod.ts'
import { EXIT } from '../../core/base/mod.ts'
import { readBytes } from '../../io/files.ts'
import { exitOnSignals } from '../interrupt.ts'
import { makeProvePorts } from '../ports/prove-ports.ts'
import { makeScreen } from '../screen.ts'
import { formatReport } from './prove-text.ts'

interface Options {
  readonly kernel?: string
  readonly probe: readonly string[]
  readonly module: readonly string[]
  readonly late?: true
  readonly deadline: number
  readonly json?: true
}

export function addProveCommand(program: Command): void {
  program
    .command('prove')
    .argument(
      '<patch...>',
      'output folders of kmend build, or livepatch modules; several are loaded in this order, each in place of the one before',
    )
    .option('--kernel <release>', 'the kernel to boot (default: the one that the modules are for)')
    .option('--probe <program...>', 'a script or static executable, run in the guest before, with and after the patch', [])
    .option('--module <name...>', 'load these modules of the kernel first', [])
    .option('--late', 'load the modules that are patched after the live patch: it must reach them then')
    .option('--deadline <seconds>', 'how long a transition may take', parseSeconds, 60)
    .option('--json', 'print for machines')
    .description('load a live patch into its own kernel in a virtual machine, check what the kernel says, take it out again')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  kmend prove kmend_fix
  kmend prove kmend_fix --probe ./reproducer.sh
  kmend prove fix-v1 fix-v2            # v2 replaces v1

Exit codes: 0 proved, 8 the kernel refused or something was left behind, 9 the transition did not end.`

async function run(paths: readonly string[], options: Options): Promise<void> {
  const screen = makeScreen()
  exitOnSignals(screen.settle)
  const probes = await Promise.all(options.probe.map(async (path) => ({ name: basename(path), content: await readBytes(path) })))
  const request = {
    paths: paths.map((path) => resolve(path)),
    probes,
    modules: options.module,
    deadlineMs: options.deadline * 1000,
    isLate: options.late === true,
    ...(options.kernel === undefined ? {} : { release: options.kernel }),
  }
  const report = await prove(request, makeProvePorts(screen.progress)).finally(screen.settle)
  process.exitCode = report.kind === 'proved' ? EXIT.done : EXIT.refused
  if (options.json === true) return screen.line(JSON.stringify(report, null, 2))
  for (const line of formatReport(report, screen)) screen.line(line)
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 3600)
    throw new InvalidArgumentError('A number of seconds from 1 to 3600 is expected.')
  return seconds
}
