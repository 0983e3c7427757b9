import { describe, expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { leaveUnwanted, parseUnwanted } from './mod.ts'

const ATOMS = ['fs/a.c', 'fs/sub/b.c', 'fsx.c'].flatMap(
  (path) => editedFile(path, 'int f(void)\n{\n-\treturn 1;\n+\treturn 2;\n}\nint g(void)\n{\n-\treturn 1;\n+\treturn 2;\n}').atoms,
)
const left = (...texts: string[]) => leaveUnwanted(ATOMS, texts.map(parseUnwanted))

describe('what a person wants left out', () => {
  test.each([
    ['fs=it is slow', ['fs/a.c#1', 'fs/a.c#2', 'fs/sub/b.c#1', 'fs/sub/b.c#2']],
    ['fs/sub/=it is slow', ['fs/sub/b.c#1', 'fs/sub/b.c#2']],
    ['fs/a.c:g=f(a) = b: old maps', ['fs/a.c#2']],
  ])('%s', (text, expected) => {
    expect(left(text).map(({ atom }) => atom)).toEqual(expected)
  })

  test('is told with its reason', () => {
    expect(left('fs/a.c:g=f(a) = b: old maps')[0]?.why).toEqual({
      code: 'not-wanted',
      reason: 'it was asked to be left out: f(a) = b: old maps',
    })
  })

  test('and is not there is refused, all of it at once', () => {
    expect(() => left('fs/a.c:h=no', 'fs=yes', 'net=no')).toThrow('Cannot leave out fs/a.c:h, net: the update changes nothing of that name')
  })

  test.each(['fs', 'fs=', '=it is slow', 'fs/a.c:=x', 'fs/a.c: =x'])('needs a path and a reason: "%s"', (text) => {
    expect(() => parseUnwanted(text)).toThrow(/a path, perhaps a function or type in it, and a reason are needed/)
  })
})
