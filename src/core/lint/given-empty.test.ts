import { expect, test } from 'vitest'
import { changeOfSpecimen } from '../../../test/kit/lint-specimen.ts'
import { findMissingState } from './missing-state.ts'

const said = (text: string) => findMissingState(changeOfSpecimen({ text })).map(({ subject, what }) => `${subject} ${what}`)

/** As routes are made in Linux 6.1.192, of memory that is not zeroed. */
const route = (value: string, use: string) => `struct rtable *rt_dst_alloc(struct net_device *dev)
{
	rt = dst_alloc(&ipv4_dst_ops, dev);
	INIT_LIST_HEAD(&rt->rt_uncached);
+	rt->rt_uncached_list = ${value};
	return rt;
}

void rt_add_uncached_list(struct rtable *rt)
{
	rt->rt_uncached_list = ul;
}

void rt_del_uncached_list(struct rtable *rt)
{
-	if (!list_empty(&rt->rt_uncached))
+	${use}
		list_del_init(&rt->rt_uncached);
}`

test('who relies on a member that new objects are given empty meets older ones that were never given it', () => {
  expect(said(route('NULL', 'if (rt->rt_uncached_list)'))).toEqual([
    'rt_dst_alloc gives rt_uncached_list nothing in what it makes, and rt_del_uncached_list newly reads it (read off the text: a guess)',
  ])
})

test.each([
  ['a value that old objects have another way', route('dev_list(dev)', 'if (rt->rt_uncached_list)')],
  ['only written', route('NULL', 'rt->rt_uncached_list = NULL;')],
  ['a new member: its layout says so', route('NULL', 'if (rt->rt_uncached_list)').replace('	rt->rt_uncached_list = ul;', '	add(rt);')],
  ['not used', route('NULL', 'if (rt->dst.dev)')],
])('%s: nothing', (_, text) => {
  expect(said(text)).toEqual([])
})
