import { type Command, InvalidArgumentError } from 'commander'
import { publishPackages } from '../../app/package/mod.ts'
import { makeRepositoryPorts } from '../ports/package-ports.ts'
import { makeScreen } from '../screen.ts'
import { VERSION } from '../version.ts'

interface Options {
  readonly apt?: string
  readonly rpm?: string
  readonly suite: string
  readonly validDays?: number
  readonly gpgKey: string
  readonly json?: true
}

export function addPackagesCommand(program: Command): void {
  program
    .command('packages')
    .argument('[patch...]', 'bundles, or output folders of kmend build; none to sign anew what is there')
    .option('--apt <folder>', 'an apt repository: made, or added to')
    .option('--rpm <folder>', 'an rpm-md repository: made, or added to')
    .option('--suite <name>', 'of the apt repository', 'stable')
    .option('--valid-days <days>', 'apt takes the index for so long, then asks for a newer one (default: for ever)', parseDays)
    .requiredOption('--gpg-key <id>', 'the secret key of gpg that signs the indexes')
    .option('--json', 'print for machines')
    .description('put live patches as ordinary packages into repositories that apt, dnf and zypper read')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
What is in the folders stays, and counts: for each flavour, kmend-livepatch-<flavour> brings the newest live patch for every kernel that has one there.

Examples:
  kmend packages initial.kmend fix.kmend --apt out/apt --gpg-key packages@example.org
  kmend packages *.kmend --apt out/apt --rpm out/rpm --suite stable --gpg-key packages@example.org
  kmend packages --apt out/apt --valid-days 30 --gpg-key packages@example.org

Exit codes: 0 done, 2 no repository is named, 5 a live patch is damaged, 6 a file or a tool is missing, or a tool failed.`

async function run(patches: readonly string[], { apt, rpm, suite, validDays, gpgKey, json }: Options, command: Command): Promise<void> {
  if (apt === undefined && rpm === undefined) command.error('error: --apt, --rpm or both say which repository they go into')
  const screen = makeScreen()
  const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? Math.floor(Date.now() / 1000))
  const repositories = [
    ...(apt === undefined ? [] : [{ format: 'deb' as const, folder: apt }]),
    ...(rpm === undefined ? [] : [{ format: 'rpm' as const, folder: rpm }]),
  ]
  const built = await publishPackages(
    { patches, repositories, epoch, agent: VERSION },
    makeRepositoryPorts({ suite, key: gpgKey, validDays }),
  )
  if (json === true) return screen.line(JSON.stringify({ packages: built }, null, 2))
  for (const path of built) screen.line(`${screen.good('packed')}  ${path}`)
}

function parseDays(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('A number of days is expected, 1 to 9999.')
  return Number(text)
}
