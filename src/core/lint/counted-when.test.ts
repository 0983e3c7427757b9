import { expect, test } from 'vitest'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'

const said = (old: string, now: string, before = '	prepare(foo);') =>
  brief(
    reviewSpecimen(`static void release(struct foo *foo, bool last)
{
${before}
-	if (${old}) {
+	if (${now}) {
		foo_put(foo);
	}
}`),
  ).filter((line) => line.split(' ')[1] === 'counted-when')

test('a reference that is dropped only while a member says so was taken without it', () => {
  const finding = 'stop counted-when release: counts (foo) only where foo->is_held, too'
  expect(said('last', 'last && foo->is_held')).toEqual([finding])
  expect(said('last', 'foo->is_held && last')).toEqual([finding])
})

test.each([
  ['a reference of the call alone', 'last', 'last && foo->is_held', '	foo_get(foo);'],
  ['no state', 'last', 'last && IS_ENABLED(CONFIG_FOO)', undefined],
  ['another condition', 'last', 'foo->is_held', undefined],
  ['less is asked', 'last && foo->is_held', 'last', undefined],
])('%s: nothing', (_, old, now, before) => {
  expect(said(old, now, before)).toEqual([])
})
