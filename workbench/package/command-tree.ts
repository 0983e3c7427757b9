import type { Command } from 'commander'

/** What a command line offers, as plain values: what its help says, for other forms of help. */
export interface CommandNode {
  /** From the program's name on: kmend, boot, restore. */
  readonly path: readonly string[]
  readonly description: string
  readonly arguments: readonly ArgumentNode[]
  readonly options: readonly OptionNode[]
  /** What the help says after the options, by heading: Examples, Exit codes. */
  readonly after: readonly { readonly heading: string; readonly lines: readonly string[] }[]
  readonly commands: readonly CommandNode[]
}

export interface ArgumentNode {
  readonly name: string
  readonly description: string
  readonly isRequired: boolean
  readonly isVariadic: boolean
  readonly choices: readonly string[]
}

export interface OptionNode {
  /** -v and --verbose, or one of them. */
  readonly flags: readonly string[]
  /** What stands after the flag; undefined when nothing does. */
  readonly value: string | undefined
  readonly isValueOptional: boolean
  readonly isVariadic: boolean
  readonly description: string
  readonly choices: readonly string[]
  readonly otherwise: string | undefined
}

export function readCommands(command: Command, above: readonly string[] = []): CommandNode {
  const path = [...above, command.name()]
  const help = command.createHelp()
  return {
    path,
    description: help.commandDescription(command),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      isRequired: argument.required,
      isVariadic: argument.variadic,
      choices: argument.argChoices ?? [],
    })),
    options: help.visibleOptions(command).map((option) => ({
      flags: [option.short, option.long].filter((flag) => flag !== undefined),
      value: /[<[]([^\]>]*?)(?:\.\.\.)?[\]>]/.exec(option.flags)?.[1],
      isValueOptional: option.optional,
      isVariadic: option.variadic,
      description: option.description,
      choices: option.argChoices ?? [],
      otherwise: option.required ? defaultOf(option.defaultValue, option.defaultValueDescription) : undefined,
    })),
    after: readAfter(command),
    commands: help
      .visibleCommands(command)
      .filter((child) => child.name() !== 'help')
      .map((child) => readCommands(child, path)),
  }
}

function defaultOf(value: unknown, description: string | undefined): string | undefined {
  if (description !== undefined) return description
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** Commander keeps the text after the help as listeners: it is what a printed help has more than the help itself. */
function readAfter(command: Command): CommandNode['after'] {
  const printed: string[] = []
  command.configureOutput({ writeOut: (text) => printed.push(text) })
  command.outputHelp()
  const text = printed.join('').replace(command.helpInformation(), '')
  const sections: { heading: string; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    const [, heading, rest = ''] = /^([A-Z][A-Za-z ]*):(?: +(.*))?$/.exec(line) ?? []
    if (heading !== undefined) sections.push({ heading, lines: rest === '' ? [] : [rest] })
    else if (sections.length === 0 && line.trim() !== '') sections.push({ heading: '', lines: [line.trim()] })
    else sections.at(-1)?.lines.push(line.replace(/^ {2}/, ''))
  }
  return sections.map(({ heading, lines }) => ({ heading, lines: trimLines(lines) }))
}

function trimLines(lines: readonly string[]): string[] {
  const first = lines.findIndex((line) => line.trim() !== '')
  const last = lines.findLastIndex((line) => line.trim() !== '')
  return first === -1 ? [] : lines.slice(first, last + 1)
}
