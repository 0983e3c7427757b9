import type { Command } from 'commander'
import { readBlocking, readHistoryOf, readStatus } from '../../../app/host/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'
import { formatBlocking } from './blocking-text.ts'
import { formatHistory } from './history-text.ts'
import { formatPatches, formatStatus } from './status-text.ts'

/** The commands that look and change nothing: status, patches, blocking, history, verify-history. */
export function addWatchCommands(program: Command): void {
  program
    .command('status')
    .option('--json', 'print for machines')
    .description('what live patching does on this host now')
    .addHelpText('after', '\nExamples:\n  kmend status\n  kmend status --json')
    .action(showStatus)
  program
    .command('patches')
    .option('-v, --verbose', 'CVEs, defects, package, functions by object')
    .option('--json', 'print for machines')
    .description('the live patches that are loaded, of kmend and of others')
    .addHelpText('after', '\nExamples:\n  kmend patches\n  kmend patches -v')
    .action(showPatches)
  program
    .command('blocking')
    .option('-v, --verbose', 'what the tasks are; twice: their kernel stacks, and what can be done', (_, count: number) => count + 1, 0)
    .option('--json', 'print for machines')
    .description('the tasks that a running transition waits for')
    .addHelpText(
      'after',
      '\nExamples:\n  kmend blocking\n  kmend blocking -vv\n\nExit codes: 0 nothing blocks, 9 the transition waits for the tasks that are listed.',
    )
    .action(showBlocking)
  program
    .command('history')
    .option('--json', 'print for machines')
    .description('what was done to the kernel of this host, by whom, when, why, and what came of it')
    .action(showHistory)
  program
    .command('verify-history')
    .option(
      '--holds <digest>',
      'a digest from elsewhere (the system log has that of each entry): an end that was cut off shows in nothing else',
    )
    .option('--json', 'print for machines')
    .description('check that no entry of the history was changed or taken out')
    .addHelpText('after', '\nExit codes: 0 whole, 7 it was changed.')
    .action(verifyHistory)
}

interface Json {
  readonly json?: true
}

async function showStatus({ json }: Json): Promise<void> {
  const screen = makeScreen()
  const status = await readStatus(makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify(status, null, 2))
  for (const line of formatStatus(status, screen)) screen.line(line)
}

async function showPatches({ json, verbose }: Json & { readonly verbose?: true }): Promise<void> {
  const screen = makeScreen()
  const { patches } = await readStatus(makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify(patches, null, 2))
  for (const line of formatPatches(patches, verbose === true, screen)) screen.line(line)
}

async function showBlocking({ json, verbose }: Json & { readonly verbose: number }): Promise<void> {
  const screen = makeScreen()
  const { patch, tasks } = readBlocking(makeHostPorts(screen.progress))
  if (tasks.length > 0) process.exitCode = EXIT.stalled
  if (json === true) return screen.line(JSON.stringify({ patch: patch ?? null, tasks }, null, 2))
  if (patch === undefined) return screen.line('no transition is under way')
  for (const line of formatBlocking(patch, tasks, verbose, screen)) screen.line(line)
}

async function showHistory({ json }: Json): Promise<void> {
  const screen = makeScreen()
  const { entries } = await readHistoryOf(undefined, makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify(entries, null, 2))
  for (const line of formatHistory(entries)) screen.line(line)
}

async function verifyHistory({ json, holds }: Json & { readonly holds?: string }): Promise<void> {
  const screen = makeScreen()
  const { entries, findings } = await readHistoryOf(holds, makeHostPorts(screen.progress))
  if (findings.length > 0) process.exitCode = EXIT.untrusted
  if (json === true)
    return screen.line(JSON.stringify({ entries: entries.length, last: entries.at(-1)?.digest ?? null, findings }, null, 2))
  for (const finding of findings) screen.line(`${screen.bad('finding')}  ${finding}`)
  if (findings.length === 0)
    screen.line(`${screen.good('whole')}  ${entries.length} entries; the last is ${entries.at(-1)?.digest ?? '(none)'}`)
}
