import type { Command } from 'commander'
import { changeSetting, readSettings } from '../../../app/host/mod.ts'
import { EXIT } from '../../../core/base/mod.ts'
import { type Setting, formatSetting } from '../../../core/host/mod.ts'
import { formatColumns } from '../../columns.ts'
import { makeHostPorts } from '../../ports/host-ports.ts'
import { makeScreen } from '../../screen.ts'

const CODES =
  '\nExit codes: 0 done, 2 a wrong command line, 3 it is so already, 5 the policy, the setting or its value cannot be used, 6 not possible here, 10 locked.'

interface Json {
  readonly json?: true
}

/** What an administrator has decided beforehand: config, config get, config set. */
export function addConfigCommands(program: Command): void {
  const config = program
    .command('config')
    .option('--json', 'print for machines')
    .description('every setting of the policy, its value, and whether the file says so or it is the default')
    .addHelpText('after', `\nExamples:\n  kmend config\n  kmend config --json\n${CODES}`)
    .action(({ json }: Json) => show(undefined, json))
  config
    .command('get')
    .argument('<setting>', 'its table and its key: updates.scope')
    .option('--json', 'print for machines')
    .description('the value of one setting')
    .addHelpText('after', `\nExamples:\n  kmend config get updates.scope\n${CODES}`)
    .action((name: string, _options: Json, command: Command) => show(name, command.optsWithGlobals<Json>().json))
  config
    .command('set')
    .argument('<setting>', 'its table and its key: updates.scope')
    .argument('[value...]', 'for a list each of its items; none for an empty list')
    .option('--default', 'take it out of the file: the default holds again')
    .option('--json', 'print for machines')
    .description("change one setting in the policy's file; its comments and its order stay")
    .addHelpText(
      'after',
      `\nExamples:\n  kmend config set transition.deadline 5m\n  kmend config set updates.scope 'cvss>=7' known-exploited\n  kmend config set updates.delay --default\n${CODES}`,
    )
    .action((name: string, words: string[], _options: SetOptions, command: Command) => {
      const options = command.optsWithGlobals<SetOptions>()
      if (options.default === true && words.length > 0) command.error('error: a value and --default exclude each other')
      return set(name, words, options)
    })
}

interface SetOptions extends Json {
  readonly default?: true
}

async function show(name: string | undefined, json: true | undefined): Promise<void> {
  const screen = makeScreen()
  const settings = await readSettings(name, makeHostPorts(screen.progress))
  if (json === true) return screen.line(JSON.stringify({ settings: settings.map((setting) => toJson(setting)) }, null, 2))
  const [only] = settings
  if (name !== undefined && only !== undefined) return screen.line(textOf(only))
  for (const line of formatColumns(
    settings.map((setting) => [setting.name, textOf(setting), setting.isDefault ? screen.dim('default') : 'file']),
  ))
    screen.line(line)
}

async function set(name: string, words: readonly string[], { default: isDefault, json }: SetOptions): Promise<void> {
  const screen = makeScreen()
  const change = await changeSetting({ name, words: isDefault === true ? undefined : words }, makeHostPorts(screen.progress)).finally(
    screen.settle,
  )
  const { before, after } = change
  const isSame = JSON.stringify(before) === JSON.stringify(after)
  if (isSame) process.exitCode = EXIT.unchanged
  if (json === true) return screen.line(JSON.stringify({ before: toJson(before), after: toJson(after) }, null, 2))
  const lead = isSame ? screen.dim('unchanged') : screen.good('set')
  screen.line(
    `${lead}  ${screen.bold(name)} = ${textOf(after)}${after.isDefault ? ', the default' : ''}${isSame ? '' : `, was ${textOf(before)}`}`,
  )
}

function textOf({ value }: Setting): string {
  return value === null ? 'none' : formatSetting(value)
}

function toJson({ name, value, isDefault }: Setting): unknown {
  return { name, value, from: isDefault ? 'default' : 'file' }
}
