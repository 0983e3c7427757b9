import type { Command } from 'commander'
import { repoDemo } from '../../app/demo/mod.ts'
import { exitOnSignals } from '../interrupt.ts'
import { makeRepoDemoPorts } from '../ports/repo-demo-ports.ts'
import { makeScreen } from '../screen.ts'
import { formatShown, formatTelling } from './demo-repo-text.ts'

export function addRepoDemoCommand(demo: Command): void {
  demo
    .command('repo')
    .option('--json', 'print for machines, at the end')
    .description(
      'publish live patches to three hosts in virtual machines: promotion, retraction, rotation, a stick, and attacks that are refused',
    )
    .addHelpText('after', NOTES)
    // --json is an option of both, and commander gives it to the outer one.
    .action((_options: unknown, command: Command) => run(command.optsWithGlobals<{ readonly json?: true }>()))
}

const NOTES = `
Examples:
  kmend demo repo
  kmend demo repo --json

Builds and proves two live patches for the 6.1 cloud kernel that is in the cache (on a first run the newest on offer is fetched and prepared: some 200 MB),
makes a repository whose keys are partly in a vault, serves it by busybox httpd on loopback, and boots three stock kernels, 768 MB each, that follow it. Each
command is shown as one would type it, with what it said. Only the cache is written to; the rest is in a folder that goes with it.

Exit codes: 0 all of it was so, 6 something is missing here, 8 anything was not as claimed, 10 no archive.`

async function run({ json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  exitOnSignals(screen.settle)
  const ports = makeRepoDemoPorts(screen.progress, (telling) => {
    if (json !== true) for (const line of formatTelling(telling, screen)) screen.line(line)
  })
  const report = await repoDemo(ports).finally(screen.settle)
  if (json === true) return screen.line(JSON.stringify(report, null, 2))
  for (const line of formatShown(report, screen)) screen.line(line)
}
