import type { CommandNode, OptionNode } from './command-tree.ts'

/** Completion of a command line, for bash and for zsh: commands, options and the values that they choose from; else the names of files. */
export function formatBashCompletion(program: CommandNode): string {
  const [name = ''] = program.path
  const all = withBelow(program)
  const paths = all.slice(1).map(({ path }) => quote(path.join(' ')))
  const words = all.map((node) => `    ${quote(node.path.join(' '))}) words=${quote(wordsOf(node).join(' '))} ;;`)
  const values = all.flatMap((node) =>
    node.options
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ flags, choices }) =>
          `    ${flags.map((flag) => quote(`${node.path.join(' ')} ${flag}`)).join(' | ')}) words=${quote(choices.join(' '))} ;;`,
      ),
  )
  return `# bash completion for ${name}

_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} path=${name} word words=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
    ${paths.join(' | ')}) path="$path $word" ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path $before" in
${[...values, ...takesFile(all)].join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -o default -F _${name} ${name}
`
}

/** After an option with a value of any kind, no commands are offered. */
function takesFile(all: readonly CommandNode[]): string[] {
  return all.flatMap((node) =>
    node.options
      .filter(({ value, choices, isValueOptional }) => value !== undefined && choices.length === 0 && !isValueOptional)
      .map(({ flags }) => `    ${flags.map((flag) => quote(`${node.path.join(' ')} ${flag}`)).join(' | ')}) words= ;;`),
  )
}

function wordsOf({ commands, options, arguments: operands }: CommandNode): string[] {
  return [
    ...commands.map(({ path }) => path.at(-1) ?? ''),
    ...operands.flatMap(({ choices }) => choices),
    ...options.flatMap(({ flags }) => flags),
  ]
}

export function formatZshCompletion(program: CommandNode): string {
  const [name = ''] = program.path
  return `#compdef ${name}

${withBelow(program).map(zshFunction).join('\n')}
${zshName(program)} "$@"
`
}

function zshFunction(node: CommandNode): string {
  const options = node.options.map((option) => `    ${zshOption(option)}`)
  if (node.commands.length === 0) {
    const operands = node.arguments.map(({ name, isVariadic, isRequired, choices }, at) => {
      const action = choices.length > 0 ? `(${choices.join(' ')})` : '_files'
      return `    ${quote(`${isVariadic ? '*' : at + 1}:${isRequired ? '' : ':'}${zshText(name)}:${action}`)}`
    })
    return `${zshName(node)}() {\n  _arguments -s \\\n${[...options, ...operands].join(' \\\n')}\n}\n`
  }
  const commands = node.commands.map(({ path, description }) => `      ${quote(`${path.at(-1) ?? ''}:${zshText(description)}`)}`)
  const cases = node.commands.map((child) => `    ${child.path.at(-1) ?? ''}) ${zshName(child)} ;;`)
  return `${zshName(node)}() {
  local line state
  _arguments -s -C \\
${options.join(' \\\n')} \\
    '1: :->command' \\
    '*:: :->rest'
  case $state in
  command)
    local commands=(
${commands.join('\n')}
    )
    _describe command commands
    ;;
  rest)
    case $line[1] in
${cases.join('\n')}
    esac
    ;;
  esac
}
`
}

/** `'(-a --all)'{-a,--all}'[every function]'` */
function zshOption({ flags, value, choices, description, isVariadic }: OptionNode): string {
  const action = value === undefined ? '' : `:${zshText(value)}:${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}`
  const tail = quote(`[${zshText(description)}]${action}`)
  const named = flags.length === 1 ? `${flags[0]}` : `{${flags.join(',')}}`
  return isVariadic ? `'*'${named}${tail}` : `${quote(`(${flags.join(' ')})`)}${named}${tail}`
}

function zshName({ path }: CommandNode): string {
  return `_${path.join('_').replaceAll('-', '_')}`
}

function zshText(text: string): string {
  return text.replaceAll(/[[\]:\\]/g, '\\$&')
}

function withBelow(node: CommandNode): CommandNode[] {
  return [node, ...node.commands.flatMap(withBelow)]
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
