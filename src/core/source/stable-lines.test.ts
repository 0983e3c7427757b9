import { describe, expect, test } from 'vitest'
import { withStableLines } from './mod.ts'

/** Lines of text, those that start with + added; numbers follow from the others. */
function stable(...lines: readonly string[]): string[] {
  let original = 0
  const applied = lines.map((line) =>
    line.startsWith('+') ? { text: line.slice(1), original: undefined } : { text: line, original: ++original },
  )
  return withStableLines(applied).split('\n')
}

describe('#line', () => {
  test('gives old lines their numbers back after added ones', () => {
    expect(stable('a;', '+b;', '+c;', 'd;', 'e;')).toEqual(['a;', 'b;', 'c;', '#line 2', 'd;', 'e;'])
  })

  test('is absent where nothing moved', () => {
    expect(stable('a;', 'b;')).toEqual(['a;', 'b;'])
  })

  test('goes forward after removed lines', () => {
    const lines = [
      { text: 'a;', original: 1 },
      { text: 'd;', original: 4 },
    ]
    expect(withStableLines(lines).split('\n')).toEqual(['a;', '#line 4', 'd;'])
  })

  test.each([
    ['a comment', ['+/* new', '+', ' * text', ' */', 'f();'], 'f();'],
    ['a macro that goes on', ['+#define F(x) \\', '\tg(x); \\', '\th(x)', 'f();'], 'f();'],
    ['the arguments of a call', ['+call(1,', '     2,', '     3);', 'f();'], 'f();'],
    ['a condition', ['+if (a &&', '    b)', '\tf();'], '\tf();'],
  ])('does not stand inside %s', (_, lines, next) => {
    const out = stable(...lines)
    expect(out.indexOf(next)).toBe(out.findIndex((line) => line.startsWith('#line')) + 1)
    expect(out.filter((line) => line.startsWith('#line'))).toHaveLength(1)
  })

  test.each([
    ['a string with a parenthesis', '+printk("(");'],
    ['a character that is one', "+if (c == '(') f();"],
    ['a comment with one', '+f(); /* ( */'],
    ['a line comment with one', '+f(); // ('],
    ['a directive with one', '+#define OPEN ('],
    ['an escaped quote', '+f("\\"(");'],
  ])('is not held up by %s', (_, line) => {
    expect(stable('a;', line, 'b;')).toContain('#line 2')
  })
})
