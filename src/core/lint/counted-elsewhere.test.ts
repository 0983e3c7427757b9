import { expect, test } from 'vitest'
import { changeOfSpecimen } from '../../../test/kit/lint-specimen.ts'
import { findMissingState } from './missing-state.ts'

/** Not what other rules say of it. */
const said = (text: string) =>
  findMissingState(changeOfSpecimen({ text }))
    .map(({ subject, what }) => `${subject} ${what}`)
    .filter((line) => line.includes('counted'))

/** As maps of operations do in Linux 6.1.192. */
const STRUCT_OPS = `bool bpf_struct_ops_get(const void *kdata)
{
-	return refcount_inc_not_zero(&kvalue->refcnt);
+	return !IS_ERR(__bpf_map_inc_not_zero(&st_map->map, false));
}

static void bpf_struct_ops_unlink(struct bpf_map *map)
{
-	if (refcount_dec_and_test(&kvalue->refcnt))
-		bpf_map_put(map);
+	bpf_map_put(map);
}

void bpf_struct_ops_put(const void *kdata)
{
-	if (refcount_dec_and_test(&kvalue->refcnt))
-		call_rcu(&st_map->rcu, bpf_struct_ops_put_rcu);
+	bpf_map_put(&st_map->map);
}`

/** The same taken back. */
const reverted = (text: string) => text.replace(/^[-+]/gm, (sign) => (sign === '-' ? '+' : '-'))

test('a reference is dropped in another place than it was counted in', () => {
  expect(said(STRUCT_OPS)).toEqual([
    'bpf_struct_ops_put drops another reference than that in refcnt, where those that are held were counted (read off the text: a guess)',
  ])
  expect(said(reverted(STRUCT_OPS))).toEqual([
    'bpf_struct_ops_put drops a reference in refcnt, where those that are held were not counted (read off the text: a guess)',
  ])
})

const GET = 'bool foo_get(struct foo *foo)\n{\n-	kref_get(&foo->ref);\n+	get_device(&foo->dev);\n}\n'
const put = (lines: string) => `\nvoid foo_put(struct foo *foo)\n{\n${lines}\n}`

test.each([
  ['a kref becomes another one', GET + put('-	kref_put(&foo->ref, foo_free);\n+	put_device(&foo->dev);'), 1],
  [
    'it still counts elsewhere',
    `${GET}${put('-	kref_put(&foo->ref, foo_free);\n+	put_device(&foo->dev);')}\n\nvoid foo_more(struct foo *foo)\n{\n	kref_get(&foo->ref);\n	kref_put(&foo->ref, foo_free);\n}`,
    0,
  ],
  ['nothing is dropped instead', GET + put('-	kref_put(&foo->ref, foo_free);\n+	foo_free(foo);'), 0],
  ['a statistic that only grows', put('-	atomic_inc(&foo->puts);\n+	put_device(&foo->dev);'), 0],
])('%s', (_, text, times) => {
  expect(said(text)).toHaveLength(times)
})
