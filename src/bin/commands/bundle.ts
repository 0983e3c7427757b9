import { type Command, InvalidArgumentError, Option } from 'commander'
import { type MadeBundle, makeBundle, readSummary } from '../../app/bundle/mod.ts'
import { BUNDLE_KINDS, type BundleKind, isTitle } from '../../core/bundle/mod.ts'
import { makeBundlePorts } from '../ports/bundle-ports.ts'
import { makeScreen } from '../screen.ts'
import { formatProof, formatSummary } from './bundle-text.ts'

export function addBundleCommand(program: Command): void {
  const bundle = program
    .command('bundle')
    .argument('<folder>', 'output folder of kmend build or kmend init-patch, proved')
    .option('-o, --output <file>', 'where it goes; <name>.kmend when absent')
    .addOption(
      new Option('--kind <kind>', 'what it is for; security when it fixes a CVE, initial when it replaces nothing').choices(BUNDLE_KINDS),
    )
    .option('--title <text>', 'one line for people', parseTitle)
    .option('--unproved', 'take it without a proof that passed')
    .option('--cve-records <folder>', 'CVE records (CVE JSON 5): titles, scores and references of what it fixes')
    .option('--json', 'print for machines')
    .description('make one file of a live patch, with what it was made from and what proves it')
    .addHelpText('after', BUNDLE)
    .action(make)
  bundle
    .command('show')
    .argument('<file>', 'a bundle')
    .option('--json', 'print for machines')
    .description('check a bundle and say what it is')
    .addHelpText('after', SHOW)
    // --json is an option of both, and commander gives it to the outer one.
    .action((file: string, _options: unknown, command: Command) => show(file, command.optsWithGlobals<{ readonly json?: true }>()))
}

const BUNDLE = `
Examples:
  kmend bundle out -o fix.kmend
  kmend bundle out --kind stability --title 'No more stalls in the block layer'
  kmend bundle out --cve-records cves

Exit codes: 0 made, 5 the folder lacks a part or a proof, or a part is damaged.`

const SHOW = `
Examples:
  kmend bundle show fix.kmend
  kmend bundle show fix.kmend --json

Exit codes: 0 it is whole, 5 it is damaged, 6 it is not there.`

interface Options {
  readonly output?: string
  readonly kind?: BundleKind
  readonly title?: string
  readonly unproved?: true
  readonly cveRecords?: string
  readonly json?: true
}

async function make(folder: string, options: Options): Promise<void> {
  const screen = makeScreen()
  const { output, kind, title, unproved = false, cveRecords } = options
  const request = { folder: folder.replace(/(?<=.)\/+$/, ''), output, kind, title, mayBeUnproved: unproved, cveRecords }
  const made: MadeBundle = await makeBundle(request, makeBundlePorts())
  if (options.json === true) return screen.line(JSON.stringify(made, null, 2))
  screen.line(`${screen.good('bundled')}  ${made.path} (${made.sizeBytes} bytes, sha256 ${made.sha256})`)
  screen.line(`  ${made.title}: ${made.kind}, version ${made.version} for ${made.release}`)
  screen.line(`  ${formatProof(made.proof, screen)}${made.isSigned ? '' : '; not signed: kmend sign does that'}`)
}

async function show(file: string, { json }: { readonly json?: true }): Promise<void> {
  const screen = makeScreen()
  const summary = await readSummary(file, makeBundlePorts())
  if (json === true) return screen.line(JSON.stringify(summary, null, 2))
  for (const line of formatSummary(summary, screen)) screen.line(line)
}

function parseTitle(text: string): string {
  if (isTitle(text)) return text
  throw new InvalidArgumentError('One line of 1 to 200 characters is expected.')
}
