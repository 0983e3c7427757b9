import { expect, test } from 'vitest'
import { changedPlaces } from './changed-places.ts'

test('a change is told by the functions of both sides, and by its lines where there is none', () => {
  const original = ['struct a {', '};', 'int gone(void)', '{', '\treturn 1;', '}', 'int kept(void)', '{', '\treturn 2;', '}']
  const line = (number: number) => ({ text: original[number - 1] ?? '', original: number })
  const fresh = (text: string) => ({ text, original: undefined })
  const patched = [
    line(1),
    fresh('\tint b;'),
    line(2),
    line(7),
    line(8),
    fresh('\treturn 3;'),
    line(10),
    fresh('int new(void)'),
    fresh('{'),
    fresh('}'),
  ]
  expect(changedPlaces('x.c', original, patched).map((place) => [place.function?.name, place.from, place.to])).toEqual([
    [undefined, 1, 1],
    ['gone', 3, 6],
    ['kept', 9, 9],
    ['new', 10, 10],
  ])
})
