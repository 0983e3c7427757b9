/** A line of shell as kbuild prints it: words, quotes and `;`, nothing that needs a shell to know. */

/** Splits a line into its simple commands, each a list of words with quotes removed. Redirections and pipes stay words of their own. */
export function splitShellLine(line: string): string[][] {
  const commands: string[][] = [[]]
  let word = ''
  let isInWord = false
  const endWord = () => {
    if (isInWord) commands.at(-1)?.push(word)
    word = ''
    isInWord = false
  }
  for (let i = 0; i < line.length; i++) {
    const char = line[i] ?? ''
    if (char === "'") {
      const end = line.indexOf("'", i + 1)
      const stop = end < 0 ? line.length : end
      word += line.slice(i + 1, stop)
      isInWord = true
      i = stop
    } else if (char === '"') {
      isInWord = true
      for (i++; i < line.length && line[i] !== '"'; i++) {
        if (line[i] === '\\' && /["\\$`]/.test(line[i + 1] ?? '')) i++
        word += line[i] ?? ''
      }
    } else if (char === '\\') {
      word += line[++i] ?? ''
      isInWord = true
    } else if (char === ';') {
      endWord()
      commands.push([])
    } else if (char === ' ' || char === '\t') {
      endWord()
    } else {
      word += char
      isInWord = true
    }
  }
  endWord()
  return commands.filter((command) => command.length > 0)
}
