import type { Command } from 'commander'
import { listKept, readLifecycleReport } from '../../../app/host/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'
import { NOTHING_AVAILABLE, formatKept, formatLifecycle } from './list-text.ts'

/** The commands that say what is there: list, lifecycle. */
export function addListCommands(program: Command): void {
  program
    .command('list')
    .option('--installed', 'live patches that this host keeps (also without an option)')
    .option('--available', 'live patches that could be had')
    .option('--json', 'print for machines')
    .description('the live patches that this host keeps, for any kernel')
    .addHelpText('after', '\nExamples:\n  kmend list\n  kmend list --installed --available\n  kmend list --json')
    .action(showList)
  program
    .command('lifecycle')
    .option('--json', 'print for machines')
    .description('until when the installed kernels get live patches')
    .addHelpText('after', '\nExamples:\n  kmend lifecycle\n  kmend lifecycle --json')
    .action(showLifecycle)
}

interface ListOptions {
  readonly installed?: true
  readonly available?: true
  readonly json?: true
}

async function showList({ installed, available, json }: ListOptions): Promise<void> {
  const screen = makeScreen()
  const isInstalled = installed === true || available !== true
  const kept = isInstalled ? await listKept(makeHostPorts(screen.progress)) : undefined
  if (json === true) {
    const known = { ...(kept === undefined ? {} : { installed: kept }), ...(available === true ? { available: null } : {}) }
    return screen.line(JSON.stringify(known, null, 2))
  }
  if (kept !== undefined && available === true) screen.line('Installed:')
  for (const line of kept === undefined ? [] : formatKept(kept, screen)) screen.line(line)
  if (kept !== undefined && available === true) screen.line('\nAvailable:')
  if (available === true) screen.line(NOTHING_AVAILABLE)
}

async function showLifecycle({ json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const report = await readLifecycleReport(makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify(report, null, 2))
  for (const line of formatLifecycle(report, screen)) screen.line(line)
}
