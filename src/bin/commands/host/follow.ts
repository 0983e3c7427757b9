import type { Command } from 'commander'
import {
  type FollowingReport,
  disableRepository,
  enableRepository,
  listAllKernels,
  listUpdates,
  planUpdates,
} from '../../../app/host/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import { formatColumns } from '../../columns.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { type Screen, makeScreen } from '../../screen.ts'
import { type WitnessOptions, demanded, withWitnesses } from '../witness-options.ts'
import { fixRows, knownRows, offerRows } from './follow-text.ts'
import { formatKernels } from './kernels-text.ts'

const CODES =
  '\nExit codes: 0 done, 2 a wrong address, 3 nothing to do, 5 damaged, 6 not possible here, 7 not trusted, 10 out of reach, too slow or locked.'

interface Json {
  readonly json?: true
}

interface EnableOptions extends Json, WitnessOptions {
  readonly root: string
  readonly tier: string
  readonly carried?: true
}

/** The commands about the repository that a host follows: enable, disable, plan, updates. */
export function addFollowCommands(program: Command): void {
  withWitnesses(program.command('enable'))
    .argument('<url>', 'the address of the repository: https://, http:// or file:///')
    .requiredOption('--root <fingerprint>', 'SHA-256 of its first root, which its publisher tells you')
    .option('--tier <name>', 'how far on their way live patches must have come', 'stable')
    .option('--carried', 'it is a copy that was carried here, as kmend repo mirror makes it: its timestamp may be weeks old')
    .option('--json', 'print for machines')
    .description('follow a repository: its live patches for this kernel go in by themselves, as the policy says')
    .addHelpText(
      'after',
      `\nExamples:\n  kmend enable https://patches.example.org --root 5f2c…e1\n  kmend enable file:///media/stick/patches --root 5f2c…e1 --carried\n  kmend enable https://patches.example.org --root 5f2c…e1 --witness witness.example.net/one+…\n${CODES}`,
    )
    .action(enable)
  program
    .command('disable')
    .option('--json', 'print for machines')
    .description('follow no repository any more; what is in force stays')
    .addHelpText('after', CODES)
    .action(disable)
  program
    .command('plan')
    .option('--json', 'print for machines')
    .description('ask the repository that this host follows, and say what would be done now, and why')
    .addHelpText('after', `\nExamples:\n  kmend plan\n  kmend plan --json\n${CODES}`)
    .action(plan)
  program
    .command('updates')
    .option(
      '--all-kernels',
      'before choosing the next kernel: every kernel that the repository has, until when it gets live patches, and how it stands with them',
    )
    .option('--cves', 'with --all-kernels: each CVE that is left in each kernel, too')
    .option('--json', 'print for machines')
    .description(
      'what is known to be wrong with this kernel and not fixed in it now, by CVE: how bad, whether attacked, and what takes it away',
    )
    .addHelpText(
      'after',
      `\nExamples:\n  kmend updates\n  kmend updates --all-kernels\n  kmend updates --all-kernels --cves --json\n${CODES}`,
    )
    .action(updates)
}

async function enable(url: string, { root, tier, carried, json, ...options }: EnableOptions): Promise<void> {
  const screen = makeScreen()
  const witnesses = demanded(options)
  const followed = {
    ...{ url, fingerprint: root.toLowerCase(), tier, isCarried: carried === true },
    ...(witnesses === undefined ? {} : { witnesses }),
  }
  const report = await enableRepository(followed, makeHostPorts(screen.progress)).finally(screen.settle)
  if (json === true) return screen.line(JSON.stringify(report, null, 2))
  screen.line(`${screen.good('enabled')}  ${screen.bold(url)}, tier ${tier}; the agent goes on from here`)
  show(report, screen)
}

async function disable({ json }: Json): Promise<void> {
  const screen = makeScreen()
  const followed = await disableRepository(makeHostPorts(screen.progress)).finally(screen.settle)
  if (followed === undefined) process.exitCode = EXIT.unchanged
  if (json === true) return screen.line(JSON.stringify({ followed: followed ?? null }, null, 2))
  if (followed === undefined) return screen.line(`${screen.dim('unchanged')}  this host follows no repository`)
  screen.line(`${screen.good('disabled')}  ${screen.bold(followed.url)}; what is in force stays`)
}

async function plan({ json }: Json): Promise<void> {
  const screen = makeScreen()
  const report = await planUpdates(makeHostPorts(screen.progress)).finally(screen.settle)
  if (json === true) return screen.line(JSON.stringify(report, null, 2))
  const { url, tier } = report.followed
  screen.line(`${screen.bold(url)}, tier ${tier}`)
  show(report, screen)
}

interface UpdatesOptions extends Json {
  readonly allKernels?: true
  readonly cves?: true
}

async function updates({ json, allKernels, cves }: UpdatesOptions): Promise<void> {
  const screen = makeScreen()
  if (allKernels === true) {
    const report = await listAllKernels(makeHostPorts(screen.progress)).finally(screen.settle)
    if (json === true) return screen.line(JSON.stringify(report, null, 2))
    return formatKernels(report, { ...screen, hasCves: cves === true }).forEach((line) => screen.line(line))
  }
  const report = await listUpdates(makeHostPorts(screen.progress)).finally(screen.settle)
  if (json === true) return screen.line(JSON.stringify(report, null, 2))
  if (report.asOfMs === null) return screen.line('the repository says nothing of what is wrong with this kernel')
  for (const line of formatColumns(fixRows(report.fixes, screen))) screen.line(line)
  screen.line(`${report.fixes.length} not fixed in it now, as known on ${new Date(report.asOfMs).toISOString().slice(0, 10)}`)
}

function show(report: FollowingReport, screen: Screen): void {
  for (const line of formatColumns([...knownRows(report, screen), ...offerRows(report, screen)])) screen.line(line)
}
