/** What a Markdown document claims that can be checked. */

/** Targets of relative links, without their fragment. */
export function relativeLinks(markdown: string): readonly string[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

/** Lines that call `./kmend` or `./dev`: in fenced blocks, and code in the text that begins so. */
export function examples(markdown: string): readonly string[] {
  const fenced = [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].flatMap((match) => (match[1] ?? '').split('\n'))
  const inline = [...markdown.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  return [...fenced, ...inline].map((line) => line.trim()).filter((line) => /^\.\/(?:kmend|dev)(?: |$)/.test(line))
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '')
}

/** The words of an example up to the first that is no command or option: `./kmend kernel add X --json` gives kernel, add and --json. */
export function parseExample(line: string): {
  readonly program: string
  readonly words: readonly string[]
  readonly options: readonly string[]
} {
  const [program = '', ...rest] = line.replace(/\s+#.*$/, '').split(/\s+/)
  const words = rest.filter((word) => /^[a-z]+$/.test(word)).slice(0, 2)
  const options = rest.flatMap((word) => /^--?[a-z][a-z-]*/.exec(word)?.[0] ?? [])
  return { program: program.slice(2), words, options }
}
