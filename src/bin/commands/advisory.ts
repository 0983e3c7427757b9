import { type Command, Option } from 'commander'
import { type Edition, composeCsaf, composeOsv, issuesOf, parsePublisher, type ReleaseNote } from '../../core/advisory/mod.ts'
import { EXIT, Fault } from '../../core/base/mod.ts'
import { parseVulnerabilities } from '../../core/vulnerability/mod.ts'
import { readText, writeWhole } from '../../io/files.ts'
import { readToml } from '../ports/data-ports.ts'
import { readReleased } from '../read-known-patch.ts'
import { makeScreen } from '../screen.ts'
import { VERSION } from '../version.ts'
import { formatAdvisory } from './advisory-text.ts'

interface Options {
  readonly format: 'text' | 'csaf' | 'osv'
  readonly vulnerabilities?: string
  readonly publisher?: string
  readonly published?: string
  readonly output?: string
  readonly json?: true
}

export function addAdvisoryCommand(program: Command): void {
  program
    .command('advisory')
    .argument('<patch>', 'a bundle, or the output folder of kmend build')
    .addOption(
      new Option('--format <format>', 'text for people, a CSAF 2.0 document, or an OSV record')
        .choices(['text', 'csaf', 'osv'])
        .default('text'),
    )
    .option('--vulnerabilities <file>', 'what kmend data vulnerabilities wrote: titles, scores and known attacks')
    .option('--publisher <file>', 'who publishes, for CSAF: a TOML file, docs/guide/advisories.md')
    .option('--published <time>', 'when it was published, as 2026-11-28 or 2026-11-28T12:00:00Z (default: now)')
    .option('-o, --output <file>', 'where it goes (default: to the screen)')
    .option('--json', 'print for machines; a document is JSON in any case')
    .description('an advisory of a live patch: what it fixes, for whom, and what to do')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  kmend advisory kmend_fix.kmend
  kmend advisory kmend_fix.kmend --format csaf --publisher publisher.toml --vulnerabilities vulnerabilities.json -o advisory.json
  kmend advisory kmend_fix.kmend --format osv -o osv.json

Exit codes: 0 written, 3 it fixes no CVE: there is no document to write, 5 an input cannot be read.`

async function run(patch: string, options: Options): Promise<void> {
  const screen = makeScreen()
  const text = await compose(await readNote(patch, options.vulnerabilities), options, screen)
  if (text === undefined) {
    process.stderr.write('it fixes no CVE: there is nothing to say in this form\n')
    process.exitCode = EXIT.unchanged
  } else if (options.output === undefined) screen.line(text)
  else await writeWhole(options.output, `${text}\n`)
}

async function compose(note: ReleaseNote, options: Options, screen: ReturnType<typeof makeScreen>): Promise<string | undefined> {
  const edition: Edition = { publishedMs: readTime(options.published), tooling: { name: 'kmend', version: VERSION } }
  if (options.format === 'text') return options.json === true ? JSON.stringify(note, null, 2) : formatAdvisory(note, screen).join('\n')
  const document = options.format === 'osv' ? composeOsv(note, edition) : composeCsaf(note, await readPublisher(options.publisher), edition)
  return document === undefined ? undefined : JSON.stringify(document, null, 2)
}

async function readNote(patch: string, vulnerabilities: string | undefined): Promise<ReleaseNote> {
  const released = await readReleased(patch)
  const known = vulnerabilities === undefined ? [] : parseVulnerabilities(await readText(vulnerabilities), vulnerabilities).cves
  return { ...released, text: '', issues: issuesOf(released.manifest, known) }
}

async function readPublisher(file: string | undefined): Promise<ReturnType<typeof parsePublisher>> {
  if (file !== undefined) return parsePublisher(await readToml(file), file)
  throw new Fault('data/publisher', 'Cannot write a CSAF document: it says who publishes it', {
    try: '--publisher FILE names the file that says so',
  })
}

function readTime(text: string | undefined): number {
  const time = text === undefined ? Date.now() : Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new Fault('data/publisher', `Cannot read "${text}": it is no time`, { try: '--published 2026-11-28T12:00:00Z' })
}
