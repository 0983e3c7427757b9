import { resolve } from 'node:path'
import type { Command } from 'commander'
import { rebuild } from '../../app/rebuild/mod.ts'
import { EXIT } from '../../core/base/mod.ts'
import { makeRebuildPorts } from '../ports/rebuild-ports.ts'
import { makeScreen } from '../screen.ts'
import { formatRebuild } from './rebuild-text.ts'

interface Options {
  readonly output?: string
  readonly moduleSource?: string
  readonly otherTools?: true
  readonly json?: true
}

export function addRebuildCommand(program: Command): void {
  program
    .command('rebuild')
    .argument('<bundle>', 'a bundle, signed or not')
    .option('-o, --output <folder>', 'where it is built again (default: ./<bundle>-rebuilt)')
    .option('--module-source <folder>', 'of a module built outside the kernel, which the bundle does not have')
    .option('--other-tools', 'build with the compiler, linker and kmend that are here, though it was built with others')
    .option('--json', 'print for machines')
    .description('build a bundle again from its sources and compare: whether it is what its sources give')
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  kmend rebuild fix.kmend
  kmend rebuild fix.kmend -o /tmp/again --json
  kmend rebuild fix.kmend --other-tools

It compiles what the bundle brings: do that on a machine where a stranger's sources may be compiled.
Exit codes: 0 the same, byte for byte; 5 the bundle is damaged; 6 an input is not to be had, or a tool is another one; 7 it differs; 10 the archive does not answer.`

async function run(bundle: string, options: Options): Promise<void> {
  const screen = makeScreen()
  const { output = `${bundle.replace(/\.kmend$/, '')}-rebuilt`, moduleSource, otherTools = false } = options
  const request = {
    bundle,
    output: resolve(output),
    moduleSource: moduleSource === undefined ? undefined : resolve(moduleSource),
    mayHaveOtherTools: otherTools,
  }
  const outcome = await rebuild(request, makeRebuildPorts(screen.progress)).finally(screen.settle)
  process.exitCode = outcome.kind === 'same' ? EXIT.done : EXIT.untrusted
  if (options.json === true) return screen.line(JSON.stringify(outcome, null, 2))
  for (const line of formatRebuild(outcome, screen)) screen.line(line)
}
