import { expect, test } from 'vitest'
import { brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'

const said = (text: string) => brief(reviewSpecimen(text)).filter((line) => line.split(' ')[1] === 'newly-asserts')
const inUse = (line: string) => said(`static int use(struct foo *foo, int err)\n{\n${line}\n	return err;\n}`)

test.each([
  ['a member', '+	WARN_ON(foo->users > 1);', 'stop newly-asserts use: newly has WARN_ON(foo->users > 1)'],
  ['a variable read from one', '+	int n = foo->n;\n+	WARN_ON_ONCE(n < 2);', 'stop newly-asserts use: newly has WARN_ON_ONCE(n < 2)'],
  ['the end of the task, whatever it asks', '+	BUG_ON(err);', 'stop newly-asserts use: newly has BUG_ON(err)'],
  ['the end of a guest', '+	if (KVM_BUG_ON(err, kvm))\n+		err = 0;', 'stop newly-asserts use: newly has KVM_BUG_ON(err)'],
  ['an answer', '+	WARN_ON(err);', 'careful newly-asserts use: newly has WARN_ON(err)'],
  ['a device, and a condition', '+	drm_WARN_ON(foo->dev, err);', 'careful newly-asserts use: newly has drm_WARN_ON(err)'],
  [
    'another reason',
    '-	WARN_ON(foo->a);\n+	WARN_ON(foo->a && b || foo->c);',
    'stop newly-asserts use: newly has WARN_ON(foo->a && b || foo->c)',
  ],
  ['a stronger one', '-	WARN_ON(!a && !foo->b);\n+	WARN_ON(!foo->b);', 'stop newly-asserts use: newly has WARN_ON(!foo->b)'],
])('%s', (_, line, finding) => {
  expect(inUse(line)).toEqual([finding])
})

test.each([
  [
    'what only debugging kernels compile',
    '+	VM_WARN_ON_ONCE(foo->users > 1);\n+	DEBUG_NET_WARN_ON_ONCE(foo->users);\n+	BUILD_BUG_ON(sizeof(foo->users) > 4);',
  ],
  ['a message', '+	DRM_DEBUG("users %d", foo->users);\n+	IWL_WARN(foo->mvm, "users");'],
  ['a weaker one', '-	WARN_ON(foo->a);\n+	WARN_ON(foo->a && foo->b);'],
  ['a page by its folio', '-	BUG_ON(page->mapping != foo->mapping);\n+	BUG_ON(folio->mapping != foo->mapping);'],
])('%s: nothing', (_, line) => {
  expect(inUse(line)).toEqual([])
})

test('an assertion that moves to another function of the file was made before', () => {
  expect(
    said(
      `static void a(struct foo *foo)\n{\n-	WARN_ON(foo->users);\n	c(foo);\n}\n\nstatic void b(struct foo *foo)\n{\n+	WARN_ON(foo->users);\n	c(foo);\n}`,
    ),
  ).toEqual([])
})
