import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXIT, FAULTS } from '../../src/core/base/mod.ts'
import { RULES } from '../../src/core/lint/mod.ts'
import { examples, parseExample, relativeLinks } from './documents.ts'
import { readFiles, readProjectFile, ROOT } from './project.ts'

const documents = readFiles('.md')
const PROGRAMS: Readonly<Record<string, string>> = { kmend: 'src/bin/kmend.ts', dev: 'workbench/dev.ts' }

describe('the documents', () => {
  test('link to what is there', () => {
    const broken = documents.flatMap(({ path, text }) =>
      relativeLinks(text)
        .filter((target) => !existsSync(join(ROOT, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    )
    expect(broken).toEqual([])
  })

  test('show commands and options that exist', () => {
    const lines = documents.flatMap(({ path, text }) => examples(text).map((line) => ({ path, line })))
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.flatMap(({ path, line }) => checkExample(line).map((wrong) => `${path}: ${line}: ${wrong}`))).toEqual([])
  }, 300_000) // it starts kmend for the help of every command that a page shows

  test('describe every rule of the review', () => {
    const rows = [...readProjectFile('docs/guide/lint.md').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, id]) => id)
    expect(rows).toEqual(RULES.map(({ id }) => id))
  })

  test('list every exit code and every fault as the code has them', () => {
    const page = readProjectFile('docs/formats/faults.md')
    expect(tableRows(page, 'exit')).toEqual(Object.entries(EXIT).map(([name, exit]) => [String(exit), name]))
    expect(tableRows(page, 'fault')).toEqual(
      Object.entries(FAULTS).map(([code, { exit, http, retry }]) => [`\`${code}\``, String(exit), String(http), retry ? 'yes' : 'no']),
    )
  })
})

/** The cells of the table whose first heading is given, up to as many columns as the comparison needs. */
function tableRows(page: string, heading: string): readonly (readonly string[])[] {
  const lines = page.split('\n')
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`))
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'))
  const columns = heading === 'exit' ? 2 : 4
  return lines.slice(start + 2, end < 0 ? undefined : end).map((line) =>
    line
      .split('|')
      .slice(1, 1 + columns)
      .map((cell) => cell.trim()),
  )
}

function checkExample(line: string): readonly string[] {
  const { program, words, options } = parseExample(line)
  let page = help(program, [])
  const known: string[] = []
  for (const word of words) {
    // Only a command that has commands of its own takes a second word as one; otherwise the word is an argument.
    if (!/^Commands:$/m.test(page)) break
    if (!new RegExp(`^  ${word}(?: |$)`, 'm').test(page)) return [`there is no command ${[...known, word].join(' ')}`]
    known.push(word)
    page = help(program, known)
  }
  return options
    .filter((option) => !new RegExp(`(?:^|[ ,])${option}(?:[ ,=]|$)`, 'm').test(page))
    .map((option) => `there is no option ${option}`)
}

const pages = new Map<string, string>()

/** As the launchers do: most of a start is reading the same sources. */
const env = { ...process.env, NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.compile-cache') }

function help(program: string, words: readonly string[]): string {
  const key = [program, ...words].join(' ')
  const page =
    pages.get(key) ?? execFileSync(process.execPath, [join(ROOT, PROGRAMS[program] ?? ''), ...words, '--help'], { encoding: 'utf8', env })
  pages.set(key, page)
  return page
}

describe('the rules on documents see', () => {
  test('relative links, not code and not the web', () => {
    expect(relativeLinks('[a](docs/a.md#b) `[b](b.md)` [c](https://example.org) [d](#here)\n```\n[e](e.md)\n```\n')).toEqual(['docs/a.md'])
  })

  test('examples in blocks and in the text', () => {
    expect(examples('Run `./dev check`, not `dev`.\n```sh\n$ ls\n./kmend demo   # shows it\n```\n```\n./kmend no\n```\n')).toEqual([
      './kmend demo   # shows it',
      './dev check',
    ])
  })

  test('commands and options that are not there', () => {
    expect(checkExample('./dev nonsense')).toEqual(['there is no command nonsense'])
    expect(checkExample('./dev fuzz --nonsense 3')).toEqual(['there is no option --nonsense'])
    expect(checkExample('./dev fuzz 60 --seed 3  # --again')).toEqual([])
  })
})
