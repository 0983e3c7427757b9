import { type Command, CommanderError, Option } from 'commander'
import { checkThisHost } from '../../../app/host/mod.ts'
import { Fault, faultToJson } from '../../../core/base/mod.ts'
import { CHECK_EXIT } from '../../../core/host/mod.ts'
import { writeWhole } from '../../../io/files.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'
import { formatCheck, oneLine } from './check-text.ts'
import { UNKNOWN_METRICS, formatMetrics } from './metrics.ts'

const HELP = `
Examples:
  kmend check
  kmend check --format openmetrics
  kmend check --format openmetrics -o /var/lib/prometheus/node-exporter/kmend.prom

Exit codes are those of monitoring plugins (Nagios, Icinga), not kmend's own: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.
With --format openmetrics: 0, or 3 when the metrics could not be made.
Without root it cannot see what is on trial or in quarantine, and never says OK.

CRITICAL  live patching is impossible; a live patch is in quarantine; an accepted one is not in force; a transition is
          longer under way than the policy's deadline; an act was cut short; live patches for this kernel end within 7 days
WARNING   a transition is under way; a reboot ended a trial; the agent fails, or does not run while something is on trial;
          live patches for this kernel end within 60 days`

interface Options {
  readonly format: 'nagios' | 'openmetrics' | 'json'
  readonly output?: string
  readonly json?: true
}

/** The command for monitoring: check. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .addOption(
      new Option('--format <form>', 'one line for a monitor, or metrics').choices(['nagios', 'openmetrics', 'json']).default('nagios'),
    )
    .option('-o, --output <file>', 'write it to a file, whole or not at all')
    .option('--json', 'the same as --format json')
    .description('for monitoring: one line and an exit code, or metrics')
    .addHelpText('after', HELP)
    // A monitor would take kmend's code for a wrong command line, 2, for CRITICAL.
    .exitOverride(({ exitCode, code, message }) => {
      throw new CommanderError(exitCode === 0 ? 0 : CHECK_EXIT.unknown, code, message)
    })
    .action(check)
}

async function check(options: Options): Promise<void> {
  const screen = makeScreen()
  const format = options.json === true ? 'json' : options.format
  const told = await judge(format)
  try {
    if (options.output === undefined) screen.line(told.text)
    else await writeWhole(options.output, `${told.text}\n`)
    process.exitCode = told.exit
  } catch (error) {
    screen.line(`UNKNOWN - ${oneLine((error as Error).message)}`)
    process.exitCode = CHECK_EXIT.unknown
  }
}

/** A monitor gets an answer whatever happens. */
async function judge(format: Options['format']): Promise<{ readonly text: string; readonly exit: number }> {
  try {
    const report = await checkThisHost(makeHostPorts(() => {}))
    const exit = CHECK_EXIT[report.check.level]
    if (format === 'openmetrics') return { text: formatMetrics(report).trimEnd(), exit: 0 }
    return {
      text: format === 'json' ? JSON.stringify({ exit, ...report.check, kept: report.kept ?? null }, null, 2) : formatCheck(report),
      exit,
    }
  } catch (error) {
    if (format === 'json' && error instanceof Fault)
      return {
        text: JSON.stringify({ exit: CHECK_EXIT.unknown, level: 'unknown', ...faultToJson(error) }, null, 2),
        exit: CHECK_EXIT.unknown,
      }
    if (format === 'openmetrics') {
      process.stderr.write(`UNKNOWN - ${(error as Error).message}\n`)
      return { text: UNKNOWN_METRICS.trimEnd(), exit: CHECK_EXIT.unknown }
    }
    const lead = error instanceof Fault ? '' : 'kmend has a bug: '
    return { text: `UNKNOWN - ${lead}${oneLine((error as Error).message)}`, exit: CHECK_EXIT.unknown }
  }
}
