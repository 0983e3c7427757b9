import { type Command, InvalidArgumentError } from 'commander'
import { lint } from '../../app/lint/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { readPatches } from '../read-patches.ts'
import { makeLintPorts } from '../ports/lint-ports.ts'
import { makeScreen } from '../screen.ts'
import { formatLint, lintToJson } from './lint-text.ts'

interface Options {
  readonly kernel: string
  readonly fuzz: number
  readonly json?: true
}

const EXAMPLES = `
Examples:
  kmend lint fix.patch --kernel 6.1.0-56-cloud-amd64
  kmend lint fix.patch --kernel 6.1.0-56-cloud-amd64 --json

It reads the fix and the source around it, compiles nothing, and takes seconds. Findings are questions, not verdicts, and no finding is no proof:
docs/guide/lint.md describes every rule. What cannot be built is kmend build's to say, what does not work kmend prove's.
Exit codes: 0 reviewed (whatever was found), 5 malformed input, 6 the kernel is missing.`

export function addLintCommand(program: Command): void {
  program
    .command('lint')
    .argument('<patch...>', 'unified diffs against the source of the kernel, applied in this order')
    .requiredOption('--kernel <release>', 'the kernel to patch, as uname -r prints it there')
    .option('--fuzz <lines>', 'let this many lines of context differ at the ends of a hunk', parseCount, 0)
    .option('--json', 'print for machines')
    .description('review a source fix as the maintainer of live patches would')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(files: readonly string[], options: Options): Promise<void> {
  const screen = makeScreen()
  const patches = await readPatches(files)
  const request = { patches, release: parseRelease(options.kernel).release, fuzz: options.fuzz }
  const report = await lint(request, makeLintPorts(screen.progress)).finally(screen.settle)
  if (options.json === true) return screen.line(JSON.stringify(lintToJson(report), null, 2))
  for (const line of formatLint(report, screen)) screen.line(line)
}

function parseCount(text: string): number {
  if (!/^\d$/.test(text)) throw new InvalidArgumentError('A number of lines from 0 to 9 is expected.')
  return Number(text)
}
