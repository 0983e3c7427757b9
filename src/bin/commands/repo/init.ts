import { resolve } from 'node:path'
import type { Command } from 'commander'
import { DEFAULT_TIERS, initRepository, isBucket } from '../../../app/repo/mod.ts'
import { makeRepoPorts } from '../../ports/repo-ports.ts'
import { makeScreen } from '../../screen.ts'
import { exitOfAct, formatAct } from './act-text.ts'
import { approver } from './options.ts'

interface Options {
  readonly name: string
  readonly tiers: string
  readonly store?: string
  readonly yes?: true
  readonly json?: true
}

const EXAMPLES = `
Examples:
  kmend repo init ./repo --name example.org/livepatches
  kmend repo init ./repo --name example.org/livepatches --tiers canary,stable --store /srv/www/kmend
  AWS_REGION=eu-central-1 kmend repo init ./repo --name example.org/livepatches --store s3://example-patches/kmend

It makes a key for each role in ./repo/keys. Move those of root, targets and the later tiers to where they are safe; those of
timestamp and log stay. Hosts pin the fingerprint that it prints.
A bucket is reached with the usual variables: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL.
Exit codes: 0 done, 2 there is a repository already, 5 a name cannot be used, 6 the store cannot be used, 8 not agreed to, 10 it cannot be reached.`

export function addInitCommand(repo: Command): void {
  repo
    .command('init')
    .argument('<folder>', "the publisher's folder, which is made")
    .requiredOption('--name <name>', 'what the repository, and its log, is called: example.org/livepatches')
    .option('--tiers <names>', 'its tiers in their order, with commas', DEFAULT_TIERS.join(','))
    .option('--store <place>', 'where it is published: a folder, or s3://bucket/path (default: public in the folder)')
    .option('--yes', 'sign without asking')
    .option('--json', 'print for machines')
    .description('make a repository: its keys and its first metadata')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(folder: string, { name, tiers, store, yes, json }: Options): Promise<void> {
  const screen = makeScreen()
  const request = {
    folder: resolve(folder),
    name,
    tiers: tiers.split(','),
    ...(store === undefined ? {} : { store: isBucket(store) ? store : resolve(store) }),
  }
  const { fingerprint, outcome } = await initRepository(request, makeRepoPorts(approver({ yes })))
  process.exitCode = exitOfAct(outcome)
  if (json === true) return screen.line(JSON.stringify({ fingerprint, ...outcome }, null, 2))
  for (const line of formatAct(outcome, screen)) screen.line(line)
  if (fingerprint !== null) screen.line(`  hosts pin it by its fingerprint  ${screen.bold(fingerprint)}`)
}
