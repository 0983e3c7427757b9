import { expect, test } from 'vitest'
import { changeOfSpecimen } from '../../../test/kit/lint-specimen.ts'
import { findMissingState } from './missing-state.ts'

const said = (text: string) => findMissingState(changeOfSpecimen({ text })).map(({ subject, what }) => `${subject} ${what}`)

/** As the domains of the NFS server's authentication do in Linux 6.12.117. */
const domain = (lines: string, release = '+	module_put(ops.owner);') => `int register_domain(char *name)
{
${lines}
	return 0;
}

static void release_domain(struct rcu_head *head)
{
	kfree(head);
${release}
}`

const TAKES = '+	if (!try_module_get(ops.owner))\n+		goto out;'
const GIVES_UP = '	if (test != new) {\n+		module_put(ops.owner);\n		goto out;\n	}'

test('a reference that is newly taken where an object is made, and newly dropped where it goes, is none that older objects took', () => {
  expect(said(domain(`${TAKES}\n${GIVES_UP}`))).toEqual([
    'register_domain takes one more reference (module), and release_domain drops one more (read off the text: a guess)',
  ])
})

test.each([
  ['it is dropped on the way out as well', domain(`${TAKES}\n	use(new);\n+	module_put(ops.owner);`)],
  ['another kind is dropped', domain(TAKES, '+	put_net(net);')],
  ['nothing is dropped besides', domain(TAKES, '+	use(head);')],
])('%s: nothing', (_, text) => {
  expect(said(text)).toEqual([])
})

/** As filters of cls_flower do in Linux 6.12.117. */
const filter = (put: string, removed = '-	mask_put(f->mask);') => `static bool mask_put(struct mask *mask)
{
	return refcount_dec_and_test(&mask->refcnt);
}

static void filter_put(struct filter *f)
{
	if (!refcount_dec_and_test(&f->refcnt))
		return;
${put}
	destroy(f);
}

static int filter_delete(struct filter *f)
{
	unlink(f);
${removed}
	filter_put(f);
	return 0;
}`

test('a reference that goes with the last who holds the object was dropped before for what old code has unlinked, and is dropped twice', () => {
  expect(said(filter('+	mask_put(f->mask);'))).toEqual([
    'filter_delete no more drops a reference (mask) that filter_put drops for the last who holds the object (read off the text: a guess)',
  ])
})

test.each([
  ['it stays where it was', filter('+	trace(f);', '	mask_put(f->mask);\n+	trace(f);')],
  ['nobody dropped it before', filter('+	mask_put(f->mask);', '+	trace(f);')],
])('%s: nothing of last holders', (_, text) => {
  expect(said(text)).toEqual([])
})
