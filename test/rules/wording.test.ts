import { describe, expect, test } from 'vitest'
import { FAULTS } from '../../src/core/base/mod.ts'
import { isTest } from './imports.ts'
import { readFiles } from './project.ts'
import { checkWording } from './wording.ts'

const sources = readFiles('.ts').filter(({ path }) => path.startsWith('src/') && !isTest(path))

describe('faults', () => {
  test('say what kmend cannot do', () => {
    expect(sources.flatMap(({ path, text }) => checkWording(text).map((wrong) => `${path}: ${wrong}`))).toEqual([])
  })

  test('are all thrown somewhere', () => {
    const used = sources.filter(({ path }) => path !== 'src/core/base/fault.ts').map(({ text }) => text)
    expect(Object.keys(FAULTS).filter((code) => !used.some((text) => text.includes(`'${code}'`)))).toEqual([])
  })
})

describe('the rule on wording sees', () => {
  test.each([
    ['another beginning', "new Fault('elf/magic', 'Bad magic')", /does not begin with "Cannot"/],
    ['another beginning on a line of its own', 'new Fault(\n  code,\n  `Bad ${magic}`,\n  {})', /does not begin with "Cannot"/],
    ['a full stop', "new Fault('elf/magic', 'Cannot read it.')", /ends in a full stop/],
    [
      'one branch of a condition',
      "new Fault('elf/magic', x === '' ? 'Cannot read nothing' : 'Bad magic', {})",
      /does not begin with "Cannot": Bad magic/,
    ],
    ['a message made elsewhere', "new Fault('elf/magic', message)", /made elsewhere/],
  ])('%s', (_, text, wrong) => {
    expect(checkWording(text)).toEqual([expect.stringMatching(wrong)])
  })

  test('nothing wrong where nothing is', () => {
    expect(checkWording("new Fault('a/b', 'Cannot read x: it\\'s empty', { in: file })")).toEqual([])
    expect(checkWording('new Fault(this.#code(1, 2), `Cannot read ${x === 1 ? "one, or so" : "many"} (${y})`)')).toEqual([])
    expect(checkWording("new Fault('a/b', x ? 'Cannot read' : `Cannot write ${x}`)")).toEqual([])
  })
})
