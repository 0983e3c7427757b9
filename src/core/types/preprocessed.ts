import { assemblyOf, holdsTag } from './stack-text.ts'

/** Whether a struct is known to this unit alone: each mention of it stands in the C file itself. A reason when it is not. */
export function whyNotPrivate(preprocessed: string, tag: string): string | undefined {
  const files = textByFile(preprocessed)
  const own = files[0]?.file
  if (own === undefined) return 'the file that defines it is not known'
  const mention = new RegExp(`\\b(?:struct|union|enum)\\s+(?:__attribute__\\s*\\(\\(.*?\\)\\)\\s*)?${tag}\\b`)
  const other = files.find(({ file, text }) => file !== own && mention.test(text))
  if (other !== undefined) return `${other.file} knows it too`
  const text = preprocessed.replace(/^# .*$/gm, '')
  if (new RegExp(`\\btypedef\\s[^;{}]*${mention.source}`).test(text)) return 'it has a typedef'
  const measure = `\\b\\w*(?:sizeof|alignof|offsetof|typeof|compatible_p)\\w*\\s*\\(\\s*(?:const\\s+|volatile\\s+)*${mention.source}`
  return new RegExp(measure, 'i').test(text) ? 'its size, or the offset of a member, is taken as a number' : undefined
}

/** The first of these static functions that assembly in their C file names, or that is given another name: calls of it there are no calls to the front end. */
export function namedApart(preprocessed: string, functions: ReadonlySet<string>): string | undefined {
  // Headers know none of them, and use the same words.
  const own = textByFile(preprocessed)[0]?.text ?? preprocessed
  const aliases = own.matchAll(/\b(?:__)?alias(?:__)?\s*\(\s*"([^"]*)"|^#\s*pragma\s+(?:weak|redefine_extname)\s+([^\n]*)/gm)
  const texts = [...[...aliases].map(([, alias, pragma]) => alias ?? pragma ?? ''), ...assemblyOf(own)]
  return [...functions].find((name) => name !== '' && texts.some((text) => holdsTag(text, name)))
}

/** The text of each file, in the order of their first lines. */
function textByFile(preprocessed: string): { readonly file: string; readonly text: string }[] {
  const parts = preprocessed.split(/^# \d+ "(.*)".*$/m)
  const texts = new Map<string, string[]>()
  for (let i = 1; i < parts.length; i += 2) {
    const file = parts[i] ?? ''
    const known = texts.get(file)
    if (known === undefined) texts.set(file, [parts[i + 1] ?? ''])
    else known.push(parts[i + 1] ?? '')
  }
  return [...texts].map(([file, lines]) => ({ file, text: lines.join('\n') }))
}
