import { resolve } from 'node:path'
import type { Command } from 'commander'
import { promoteBundle, publishBundles, publishData, retractBundle } from '../../../app/repo/mod.ts'
import { ACT_CODES, type RepoOptions, runAct, withAct } from './options.ts'

interface Options extends RepoOptions {
  readonly tier?: string
  readonly kernel?: string
}

interface RetractOptions extends Options {
  readonly reason: string
  readonly stepBack?: true
}

interface DataOptions extends RepoOptions {
  readonly lifecycle?: string
  readonly vulnerabilities?: string
}

/** What changes what hosts are offered: publish, promote, retract, data. */
export function addChangeCommands(repo: Command): void {
  withAct(repo.command('publish'))
    .argument('<bundle...>', 'live patches as kmend bundle makes them')
    .option('--tier <tier>', 'up to which tier (default: the first one)')
    .description('bring bundles into the repository')
    .addHelpText(
      'after',
      `\nExamples:\n  kmend repo publish kmend_fix.kmend\n  kmend repo publish kmend_fix.kmend --tier stable --yes\n${ACT_CODES}`,
    )
    .action(async (bundles: readonly string[], options: Options) =>
      runAct(options, (folder, ports) =>
        publishBundles(folder, { bundles: bundles.map((path) => resolve(path)), tier: options.tier }, ports),
      ),
    )
  withAct(repo.command('promote'))
    .argument('<name>', 'of the bundle')
    .argument('<tier>', 'the tier behind the one that it is in')
    .option('--kernel <release>', 'only there (default: every kernel that has it)')
    .description('bring a bundle into the next tier')
    .addHelpText('after', `\nExamples:\n  kmend repo promote kmend_fix canary\n${ACT_CODES}`)
    .action(async (name: string, tier: string, options: Options) =>
      runAct(options, (folder, ports) => promoteBundle(folder, { name, tier, release: options.kernel }, ports)),
    )
  withAct(repo.command('retract'))
    .argument('<name>', 'of the bundle')
    .requiredOption('--reason <text>', 'why, in one line; hosts show it')
    .option('--step-back', 'hosts that have it shall go back to the version before')
    .option('--tier <tier>', 'only from there (default: every tier)')
    .option('--kernel <release>', 'only there (default: every kernel that has it)')
    .description('take a bundle back: no host applies it any more')
    .addHelpText('after', `\nExamples:\n  kmend repo retract kmend_fix --step-back --reason 'panics under ext4 load'\n${ACT_CODES}`)
    .action(async (name: string, { reason, stepBack, tier, kernel, ...options }: RetractOptions) =>
      runAct(options, (folder, ports) =>
        retractBundle(folder, { name, reason, stepBack: stepBack === true, tier, release: kernel }, ports),
      ),
    )
  withAct(repo.command('data'))
    .argument('<release>', 'the kernel, as uname -r prints it there')
    .option('--lifecycle <file>', 'until when it gets live patches: docs/formats/lifecycle.md')
    .option('--vulnerabilities <file>', 'what is known to be wrong with it: docs/formats/vulnerabilities.md')
    .description('publish what is known of a kernel')
    .addHelpText('after', `\nExamples:\n  kmend repo data 6.1.0-56-cloud-amd64 --lifecycle lifecycle.json\n${ACT_CODES}`)
    .action(async (release: string, { lifecycle, vulnerabilities, ...options }: DataOptions) =>
      runAct(options, (folder, ports) => publishData(folder, { release, lifecycle, vulnerabilities }, ports)),
    )
}
