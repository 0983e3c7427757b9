import type { Command } from 'commander'
import { makeLifecycle, makeVulnerabilities } from '../../app/data/mod.ts'
import type { Vulnerabilities } from '../../core/vulnerability/mod.ts'
import { makeDataPorts } from '../ports/data-ports.ts'
import { makeScreen } from '../screen.ts'

export function addDataCommand(program: Command): void {
  const data = program.command('data').description('make what a repository tells hosts beside live patches, for kmend repo data to sign')
  data
    .command('vulnerabilities')
    .argument('<patch...>', 'all live patches for one kernel: output folders of kmend build, or bundles')
    .requiredOption('--cve-records <folder>', 'CVE records (CVE JSON 5): what they say of versions, scores and attacks')
    .option('--known-exploited <file>', "a list of what is known to be exploited, in the form of CISA's catalogue (JSON)")
    .option('--changelog <file>', "of the distribution's newest kernel package: which version fixes what")
    .option('-o, --output <file>', 'where it goes', 'vulnerabilities.json')
    .option('--json', 'print for machines')
    .description('put together what is known to be wrong with a kernel, and what takes it away')
    .addHelpText('after', VULNERABILITIES)
    .action(vulnerabilities)
  data
    .command('lifecycle')
    .argument('<policy>', 'until when you make live patches: a TOML file, docs/formats/lifecycle.md')
    .option('-o, --output <file>', 'where it goes', 'lifecycle.json')
    .option('--json', 'print for machines')
    .description('say until when kernels get live patches')
    .addHelpText('after', LIFECYCLE)
    .action(lifecycle)
}

const VULNERABILITIES = `
Examples:
  kmend data vulnerabilities initial.kmend fix.kmend --cve-records cves --known-exploited known_exploited_vulnerabilities.json
  kmend data vulnerabilities ./update --cve-records cves --changelog debian/changelog -o vulnerabilities.json

Exit codes: 0 written, 2 the live patches are for several kernels, 5 an input cannot be read.`

const LIFECYCLE = `
Examples:
  kmend data lifecycle coverage.toml -o lifecycle.json

Exit codes: 0 written, 5 the policy cannot be used.`

interface VulnerabilityOptions {
  readonly cveRecords: string
  readonly knownExploited?: string
  readonly changelog?: string
  readonly output: string
  readonly json?: true
}

async function vulnerabilities(patches: readonly string[], options: VulnerabilityOptions): Promise<void> {
  const screen = makeScreen()
  const { cveRecords, knownExploited, changelog, output } = options
  const data = await makeVulnerabilities({ patches, cveRecords, knownExploited, changelog, output }, makeDataPorts())
  const counts = countStandings(data)
  if (options.json === true) return screen.line(JSON.stringify({ output, release: data.release, counts }, null, 2))
  const shown = Object.entries(counts).map(([standing, count]) => `${standing} ${count}`)
  screen.line(`${screen.good('written')}  ${output}: ${data.cves.length} CVEs of ${data.release}`)
  if (shown.length > 0) screen.line(`  ${shown.join(', ')}`)
}

function countStandings({ cves }: Vulnerabilities): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(cves, (cve) => cve.standing)].map(([standing, members]) => [standing, members.length]))
}

async function lifecycle(policy: string, { output, json }: { readonly output: string; readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const { kernels } = await makeLifecycle(policy, output, makeDataPorts())
  if (json === true) return screen.line(JSON.stringify({ output, kernels }, null, 2))
  screen.line(`${screen.good('written')}  ${output}: ${kernels.length} kernels`)
  for (const { release, until } of kernels) screen.line(`  ${release}  until ${until}`)
}
