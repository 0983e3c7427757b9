import { expect, test } from 'vitest'
import { readFiles } from './project.ts'

/** Past this, a file has to say here why it is still one thing. */
const ASK_WHY = 300
const THE_END = 600

/** Files past 300 lines that are one thing, and why: none at present. */
const WHY: Readonly<Record<string, string>> = {}

const sizes = readFiles('.ts', '.sh').map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))

test('a file past 300 lines gives its reason here', () => {
  const long = sizes.filter(({ lines }) => lines > ASK_WHY).map(({ path }) => path)
  expect(long.filter((path) => WHY[path] === undefined)).toEqual([])
  expect(Object.keys(WHY).filter((path) => !long.includes(path))).toEqual([])
})

test('no file is past 600 lines', () => {
  expect(sizes.filter(({ lines }) => lines > THE_END)).toEqual([])
})
