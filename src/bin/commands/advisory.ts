import { type Command, Option } from 'commander'
import { composeDocument, readNote } from '../../app/advisory/mod.ts'
import { EXIT, Fault } from '../../core/base/mod.ts'
import { writeWhole } from '../../io/files.ts'
import { makeAdvisoryPorts } from '../ports/advisory-ports.ts'
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
  const text = await compose(patch, options, screen)
  if (text === undefined) {
    process.stderr.write('it fixes no CVE: there is nothing to say in this form\n')
    process.exitCode = EXIT.unchanged
  } else if (options.output === undefined) screen.line(text)
  else await writeWhole(options.output, `${text}\n`)
}

async function compose(patch: string, options: Options, screen: ReturnType<typeof makeScreen>): Promise<string | undefined> {
  const { format, vulnerabilities, publisher, json } = options
  const ports = makeAdvisoryPorts()
  const edition = { publishedMs: readTime(options.published), tooling: { name: 'kmend', version: VERSION } }
  const note = await readNote({ patch, vulnerabilities }, ports)
  if (format === 'text') return json === true ? JSON.stringify(note, null, 2) : formatAdvisory(note, screen).join('\n')
  const document = await composeDocument(note, { format, publisher, edition }, ports)
  return document === undefined ? undefined : JSON.stringify(document, null, 2)
}

function readTime(text: string | undefined): number {
  const time = text === undefined ? Date.now() : Date.parse(text)
  if (!Number.isNaN(time)) return time
  throw new Fault('data/publisher', `Cannot read "${text}": it is no time`, { try: '--published 2026-11-28T12:00:00Z' })
}
