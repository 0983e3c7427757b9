import { expect, test } from 'vitest'
import { brief, changeOfSpecimen, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'
import { namesToLookUp } from './review.ts'

test('the gravest findings come first, and what is the same in several functions is said once', () => {
  const findings = reviewSpecimen(`static int __init foo_init(void)
{
+	foo_start();
	return 0;
}

static void foo_a(struct foo *foo)
{
+	mutex_lock(&foo->lock);
	foo->a = 1;
}

static void foo_b(struct foo *foo)
{
+	mutex_lock(&foo->lock);
	foo->b = 1;
}

static int foo_thread(void *data)
{
-	for (;;)
+	while (!kthread_should_stop())
		schedule();
}

static int foo_kthread(void *data)
{
	while (!kthread_should_stop())
-		foo_work();
+		foo_work(data);
}`)
  expect(findings.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual([
    'stop never-leaves',
    'look lock-added',
    'look never-leaves',
    'look init-only',
  ])
  expect(findings.find(({ rule }) => rule === 'lock-added')).toMatchObject({ subject: 'foo_a', also: [{ subject: 'foo_b' }] })
})

test('two parameters of one type that change places are told when a caller is left', () => {
  const findings = reviewSpecimen({
    text: `-void foo_copy(void *from, void *to)
+void foo_copy(void *to, void *from)
{
	memcpy(to, from, 8);
}`,
    others: { 'net/bar.c': `void bar(void)\n{\n	foo_copy(a, b);\n}` },
  })
  expect(brief(findings)).toContain(
    'stop argument-meaning foo_copy: its parameters from and to change places, and have one type; not replaced: bar (net/bar.c)',
  )
})

test('a lock that some other function goes on taking is not excused', () => {
  const findings = reviewSpecimen(`static struct rng *foo_current(void)
{
-	mutex_lock(&foo_mutex);
	rng = current;
-	mutex_unlock(&foo_mutex);
	return rng;
}

static void foo_cleanup(struct work_struct *work)
{
	mutex_lock(&foo_mutex);
-	drop(rng);
+	drop(rng, 1);
	mutex_unlock(&foo_mutex);
}`)
  expect(brief(findings)).toEqual(['careful lock-replaced foo_current: no longer takes foo_mutex'])
})

test('a lock that is taken when a count comes to nothing is that lock', () => {
  const findings = reviewSpecimen(`static void foo_put(struct foo *foo)
{
-	if (refcount_dec_and_mutex_lock(&foo->ref, &foo->net->lock)) {
+	if (refcount_dec_and_test(&foo->ref)) {
+		mutex_lock(&foo->net->lock);
		foo_free(foo);
		mutex_unlock(&foo->net->lock);
	}
}`)
  expect(brief(findings)).toEqual([])
})

test('a variable that the init code returns is not one of its own', () => {
  const findings = reviewSpecimen(`static void foo_add(struct foo *foo)
{
+	queue_work(foo_event_wq, &foo->work);
}

static struct workqueue_struct * __init foo_init(void)
{
+	foo_event_wq = alloc_workqueue("event", 0, 0);
	return foo_event_wq;
}`)
  expect(brief(findings)).toContain('stop init-state foo_init: only it sets up foo_event_wq, which foo_add newly uses')
})

test('names are looked up in the rest of the source only where a rule must know who uses them', () => {
  const wanted = (text: string, path?: string) => namesToLookUp(changeOfSpecimen({ text, ...(path === undefined ? {} : { path }) }))
  expect(wanted(`int foo_a(void)\n{\n-	return 1;\n+	return 2;\n}`)).toEqual([])
  expect(wanted(`static struct foo *foo_b(void)\n{\n-	return NULL;\n+	return ERR_PTR(-ENOMEM);\n}`)).toEqual([])
  expect(wanted(`struct foo *foo_b(void)\n{\n-	return NULL;\n+	return ERR_PTR(-ENOMEM);\n}`)).toEqual(['foo_b'])
  expect(wanted(`-#define FOO_SLOTS 16\n+#define FOO_SLOTS 32`, 'include/net/foo.h')).toEqual(['FOO_SLOTS'])
})

test('members that change places are a change of layout', () => {
  const findings = reviewSpecimen({ path: 'include/net/foo.h', text: `struct foo {\n-	int a;\n	long b;\n+	int a;\n	int c;\n};` })
  expect(brief(findings)).toEqual(['stop struct-layout struct foo: struct foo changes in a'])
})
