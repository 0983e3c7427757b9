import type { Command } from 'commander'
import { inspectEntries, inspectFunction } from '../../../app/host/mod.ts'
import { EXIT, Fault, hexFromBytes } from '../../../core/base/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'
import { formatEntries, formatInspected } from './inspect-text.ts'

export function addInspectCommand(program: Command): void {
  program
    .command('inspect')
    .argument('[function]', 'its name; loop:lo_open for that of one module, vmlinux:user_read,2 for the second of its name')
    .option('--all', "compare every traced function's entry with the shipped image")
    .option('--json', 'print for machines')
    .description('what really happens at a function of the running kernel, from its memory')
    .addHelpText('after', HELP)
    .action(inspect)
}

const HELP = `
Examples:
  kmend inspect version_proc_show
  kmend inspect loop:lo_open
  kmend inspect --all
  kmend inspect --all --json

Exit codes: 0 all that was found is explained by what the kernel lists, 7 something is not.`

async function inspect(wanted: string | undefined, { all, json }: { readonly all?: true; readonly json?: true }): Promise<void> {
  if ((wanted === undefined) !== (all === true))
    throw new Fault('host/no-function', 'Cannot tell what to inspect', { try: 'give one function, or --all' })
  const screen = makeScreen()
  const ports = makeHostPorts(screen.progress)
  if (wanted === undefined) {
    const report = await inspectEntries(ports).finally(screen.settle)
    if (report.unexplained.length > 0) process.exitCode = EXIT.untrusted
    const lines = json === true ? [toJson(report)] : formatEntries(report, screen)
    for (const line of lines) screen.line(line)
    return
  }
  const found = inspectFunction(wanted, ports)
  if (found.some(({ verdict }) => verdict.kind === 'unexplained')) process.exitCode = EXIT.untrusted
  const lines = json === true ? [toJson(found)] : found.flatMap((one) => formatInspected(one, screen))
  for (const line of lines) screen.line(line)
}

/** Addresses and bytes as hex. */
function toJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, field: unknown) =>
      typeof field === 'bigint' ? `0x${field.toString(16)}` : field instanceof Uint8Array ? hexFromBytes(field) : field,
    2,
  )
}
