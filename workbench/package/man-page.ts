import type { ArgumentNode, CommandNode, OptionNode } from './command-tree.ts'

/** Manual pages of a command line in mdoc(7): one for the program, one for each of its commands; what stands below a command is told on its page. */
export interface ManPage {
  /** kmend-status.8 */
  readonly file: string
  readonly text: string
}

export interface ManOptions {
  readonly version: string
  /** Seconds since 1970. */
  readonly epoch: number
  /** Exit codes of every command, by number. */
  readonly exits: readonly (readonly [number, string])[]
  /** Files and folders that an administrator should know. */
  readonly files: readonly (readonly [string, string])[]
  /** Other pages, each with its section. */
  readonly also: readonly (readonly [string, string])[]
}

const SECTION = '8'

export function formatManPages(program: CommandNode, options: ManOptions): ManPage[] {
  return [programPage(program, options), ...program.commands.map((command) => commandPage(command, program, options))]
}

function programPage(program: CommandNode, options: ManOptions): ManPage {
  const name = program.path.join('-')
  const commands = program.commands.flatMap((command) => [`.It Xr ${command.path.join('-')} ${SECTION}`, ...prose(command.description)])
  const exits = options.exits.flatMap(([code, meaning]) => [`.It ${code}`, ...prose(meaning)])
  const files = options.files.flatMap(([path, meaning]) => [`.It Pa ${path}`, ...prose(meaning)])
  return page(name, options, [
    '.Sh NAME',
    `.Nm ${name}`,
    `.Nd ${escape(headline(program.description))}`,
    '.Sh SYNOPSIS',
    ...synopsis(program),
    '.Sh DESCRIPTION',
    'Each command has a page of its own:',
    ...list('-tag -width Ds', commands),
    ...optionList(program.options),
    '.Sh FILES',
    ...list('-tag -width Ds', files),
    '.Sh EXIT STATUS',
    ...list('-tag -width Ds', exits),
    ...after(program, '.Sh'),
    '.Sh SEE ALSO',
    ...references(options.also),
  ])
}

function commandPage(command: CommandNode, program: CommandNode, options: ManOptions): ManPage {
  const name = command.path.join('-')
  const all = withBelow(command)
  const exits = command.after.some(({ heading }) => heading === 'Exit codes')
    ? []
    : ['.Sh EXIT STATUS', 'See', `.Xr ${program.path[0]} ${SECTION} .`]
  return page(name, options, [
    '.Sh NAME',
    `.Nm ${name}`,
    `.Nd ${escape(headline(command.description))}`,
    '.Sh SYNOPSIS',
    ...all.filter(isRunnable).flatMap(synopsis),
    '.Sh DESCRIPTION',
    ...prose(sentence(command.description)),
    ...argumentList(command.arguments),
    ...optionList(withoutHelp(command.options)),
    ...all
      .slice(1)
      .flatMap((below) => [
        `.Ss ${below.path.join(' ')}`,
        ...prose(sentence(below.description)),
        ...argumentList(below.arguments),
        ...optionList(withoutHelp(below.options)),
        ...after(below, '.Pp'),
      ]),
    ...exits,
    ...after(command, '.Sh'),
    '.Sh SEE ALSO',
    ...references([[program.path.join('-'), SECTION], ...options.also]),
  ])
}

function page(name: string, { version, epoch }: ManOptions, lines: readonly string[]): ManPage {
  const date = new Date(epoch * 1000).toLocaleDateString('en-US', { timeZone: 'UTC', year: 'numeric', month: 'long', day: 'numeric' })
  const head = [`.Dd ${date}`, `.Dt ${name.toUpperCase()} ${SECTION}`, `.Os kmend ${version}`]
  return { file: `${name}.${SECTION}`, text: `${[...head, ...lines].join('\n')}\n` }
}

function withBelow(command: CommandNode): CommandNode[] {
  return [command, ...command.commands.flatMap(withBelow)]
}

/** A command that only groups others is none that one types. */
function isRunnable({ commands, arguments: operands }: CommandNode): boolean {
  return commands.length === 0 || operands.length > 0
}

function synopsis(command: CommandNode): string[] {
  return [
    `.Nm ${command.path.join(' ')}`,
    ...withoutHelp(command.options).map((option) => `.Op ${flagMacros(option)}`),
    ...(command.path.length === 1 ? ['.Ar command', '.Op Ar argument ...'] : []),
    ...command.arguments.map(argumentMacro),
  ]
}

/** Every command has it; the program's page says so. */
function withoutHelp(options: readonly OptionNode[]): OptionNode[] {
  return options.filter(({ flags }) => !flags.includes('--help'))
}

function argumentMacro({ name, isRequired, isVariadic }: ArgumentNode): string {
  return `${isRequired ? '' : '.Op '}${isRequired ? '.Ar' : 'Ar'} ${escape(name)}${isVariadic ? ' ...' : ''}`
}

/** `-j | --json`, `--reason text`: mdoc puts the first hyphen. */
function flagMacros({ flags, value, isValueOptional, isVariadic }: OptionNode): string {
  const named = flags.map((flag) => `Fl ${escape(flag.slice(1))}`).join(' | ')
  if (value === undefined) return named
  const operand = `Ar ${escape(value)}${isVariadic ? ' ...' : ''}`
  return isValueOptional ? `${named} Oo ${operand} Oc` : `${named} ${operand}`
}

function optionList(options: readonly OptionNode[]): string[] {
  const items = options.flatMap((option) => [`.It ${flagMacros(option).replaceAll(' | ', ' , ')}`, ...prose(sentence(withValues(option)))])
  return items.length === 0 ? [] : ['.Pp', 'Options:', ...list('-tag -width Ds', items)]
}

function argumentList(operands: readonly ArgumentNode[]): string[] {
  const items = operands.flatMap((operand) => [`.It Ar ${escape(operand.name)}`, ...prose(sentence(withValues(operand)))])
  return items.length === 0 ? [] : ['.Pp', 'Arguments:', ...list('-tag -width Ds', items)]
}

function withValues({
  description,
  choices,
  otherwise,
}: Pick<OptionNode, 'description' | 'choices'> & { readonly otherwise?: string | undefined }): string {
  const values = choices.length === 0 ? '' : `: ${choices.join(', ')}`
  return `${description}${values}${otherwise === undefined ? '' : ` (by default ${otherwise})`}`
}

const HEADINGS: Readonly<Record<string, string>> = { 'Exit codes': 'EXIT STATUS' }

/** Examples and exit codes as the help has them. */
function after({ after: sections }: CommandNode, macro: '.Sh' | '.Pp'): string[] {
  // mdoc(7) has EXIT STATUS before EXAMPLES; helps have it the other way round.
  const isLate = ({ heading }: { readonly heading: string }): number => (heading === 'Examples' ? 1 : 0)
  return sections
    .toSorted((a, b) => isLate(a) - isLate(b))
    .flatMap(({ heading, lines }) => {
      const head =
        macro === '.Sh' ? [`.Sh ${HEADINGS[heading] ?? (heading === '' ? 'NOTES' : heading.toUpperCase())}`] : ['.Pp', `${heading}:`]
      const body =
        heading === 'Examples'
          ? ['.Bd -literal -offset indent', ...lines.map(literal), '.Ed']
          : prose(lines.map((line) => line.trim()).join(' '))
      return [...head, ...body]
    })
}

function references(pages: readonly (readonly [string, string])[]): string[] {
  return pages.map(([name, section], at) => `.Xr ${name} ${section}${at < pages.length - 1 ? ' ,' : ''}`)
}

function list(kind: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`.Bl ${kind}`, ...items, '.El']
}

/** Running text: mdoc wants a new line for each sentence. */
function prose(text: string): string[] {
  return text.split(/(?<=[.:]) +(?=[A-Z])/).map(literal)
}

/** As whatis(1) shows it: no sentence. */
function headline(text: string): string {
  return text.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()).replace(/\.$/, '')
}

function sentence(text: string): string {
  const whole = text.replace(/^[a-z]/, (letter) => letter.toUpperCase())
  return /[.:]$/.test(whole) ? whole : `${whole}.`
}

/** A line of text as it is: no macro, no escape, hyphens that can be copied. */
function literal(line: string): string {
  const escaped = escape(line)
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped
}

function escape(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-')
}
