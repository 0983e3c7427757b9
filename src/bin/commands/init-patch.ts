import { resolve } from 'node:path'
import type { Command } from 'commander'
import { checkName, initPatch, nameOfInitPatch } from '../../app/build/mod.ts'
import { parseRelease } from '../../core/kernel/mod.ts'
import { makeBuildPorts } from '../ports/build-ports.ts'
import { makeScreen } from '../screen.ts'
import { buildToJson, formatBuild } from './build-text.ts'

interface Options {
  readonly name?: string
  readonly output?: string
  readonly json?: true
}

export function addInitPatchCommand(program: Command): void {
  program
    .command('init-patch')
    .argument('<release>', 'the kernel, as uname -r prints it there')
    .option('--name <name>', 'name of the live patch (default: from the release)')
    .option('-o, --output <folder>', 'where module and manifest go (default: ./<name>)')
    .option('--json', 'print for machines')
    .description("make the empty first version of a kernel's live patches: a host that can apply it and take it off is ready")
    .addHelpText(
      'after',
      '\nExamples:\n  kmend init-patch 6.1.0-56-cloud-amd64\n  kmend init-patch 6.1.0-56-cloud-amd64 -o initial && kmend prove initial',
    )
    .action(run)
}

async function run(wanted: string, options: Options): Promise<void> {
  const screen = makeScreen()
  const { release } = parseRelease(wanted)
  const name = checkName(options.name ?? nameOfInitPatch(release))
  const outcome = await initPatch({ release, name, output: resolve(options.output ?? name) }, makeBuildPorts(screen.progress)).finally(
    screen.settle,
  )
  if (options.json === true) return screen.line(JSON.stringify(buildToJson(outcome), null, 2))
  for (const line of formatBuild(outcome, screen)) screen.line(line)
}
