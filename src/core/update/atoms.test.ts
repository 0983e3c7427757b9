import { describe, expect, test } from 'vitest'
import { editedFile } from '../../../test/kit/edited-file.ts'
import { composeLines } from './mod.ts'

const shown = (lines: string) =>
  editedFile('fs/a.c', lines).atoms.map(
    (atom) =>
      `${atom.isCode ? '' : 'comment '}${atom.items.map(({ region, change }) => `${change} ${region.kind} ${region.name}`).join(' + ')}`,
  )

describe('the edits of a file', () => {
  test('fall apart by the items that they touch', () => {
    const lines = `
int f(int a)
{
-	return a;
+	return a + 1;
}

-int g(int a)
+int g(long a)
{
	return 2;
}
+int h(void)
+{
+	return 3;
+}`
    expect(shown(lines)).toEqual(['body function f', 'interface function g', 'new function h'])
  })

  test('that touch one item are one, wherever they stand in it', () => {
    expect(shown('int f(void)\n{\n-\tint a;\n+\tint b;\n\tg();\n-\treturn a;\n+\treturn b;\n}')).toEqual(['body function f'])
  })

  test('that span two items hold them together', () => {
    expect(shown('int f(void)\n{\n-\treturn 1;\n-}\n-int g(void)\n-{\n+\treturn 2;\n}')).toEqual(['body function f + removed function g'])
  })

  test('that touch comments and blanks alone are no code', () => {
    expect(shown('int f(void)\n{\n-\t/* one */\n+\t/* two */\n\treturn 1;\n}')).toEqual(['comment body function f'])
  })

  test('use members behind an arrow or a point, and none behind three', () => {
    const [atom] = editedFile('fs/a.c', 'int f(void)\n{\n+\ta->b = (struct c){ .d = e.f };\n+\tcase G ... H:\n\treturn 1;\n}').atoms
    expect([...(atom?.members ?? [])]).toEqual(['b', 'd', 'f'])
  })

  test('make the newer file when all are made, and the older one when none is', () => {
    const file = editedFile('a.c', 'int a;\n-int b;\n+int c;\n+int d;\nint e;\n-int f;\nint g;\n+int h;')
    const edits = file.atoms.flatMap((atom) => atom.edits)
    expect(composeLines(file.before.lines, edits).map(({ text }) => text)).toEqual(file.after.lines)
    expect(composeLines(file.before.lines, []).map(({ text }) => text)).toEqual(file.before.lines)
    expect(composeLines(file.before.lines, edits).map(({ original }) => original)).toEqual([1, undefined, undefined, 3, 5, undefined])
  })
})
