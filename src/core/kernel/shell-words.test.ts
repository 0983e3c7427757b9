import { expect, test } from 'vitest'
import { splitShellLine } from './shell-words.ts'

test.each([
  [
    'gcc -DX=\'"a b"\' -c x.c  ; ./objtool --orc x.o',
    [
      ['gcc', '-DX="a b"', '-c', 'x.c'],
      ['./objtool', '--orc', 'x.o'],
    ],
  ],
  ['a "b \\" $c" d\\ e', [['a', 'b " $c', 'd e']]],
  ["'';", [['']]],
  ["unclosed 'quote", [['unclosed', 'quote']]],
  ['', []],
])('%s', (line, commands) => {
  expect(splitShellLine(line)).toEqual(commands)
})
