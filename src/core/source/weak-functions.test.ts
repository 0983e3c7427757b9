import { expect, test } from 'vitest'
import { weakFunctionsIn } from './weak-functions.ts'

test.each([
  ['at its definition', 'int __weak stop(int n)\n{\n\treturn n;\n}\n'],
  ['at its declaration', '__weak int stop(int n);\n\nint stop(int n)\n{\n\treturn n;\n}\n'],
  ['by an attribute', '__attribute__((weak)) int stop(int n)\n{\n\treturn n;\n}\n'],
  ['on one line', 'void __weak stop(void) { }\nvoid __weak other(void) { }\n'],
])('%s a function says that it gives way', (_, text) => {
  expect(weakFunctionsIn(text, ['stop', 'go'])).toEqual(['stop'])
})

test.each([
  ['not weak', 'int stop(int n)\n{\n\treturn n;\n}\n'],
  ['only declared', 'int __weak stop(int n);\n'],
  ['called by a weak one', 'int stop(int n);\n\nint __weak go(int n)\n{\n\treturn stop(n);\n}\n'],
  ['in a comment', '/* __weak int stop(int n); */\nint stop(int n)\n{\n\treturn n;\n}\n'],
])('%s: none', (_, text) => {
  expect(weakFunctionsIn(text, ['stop'])).toEqual([])
})
