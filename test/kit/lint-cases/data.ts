import type { LintCases } from './lint-case.ts'

/** What a fix may do to types and data, and to what only init code sets up. */
export const DATA_CASES: LintCases = {
  'grown-bound': {
    finds: `-#define FOO_SLOTS 16
+#define FOO_SLOTS 32

struct foo {
	int slots[FOO_SLOTS];
};`,
    says: 'stop grown-bound FOO_SLOTS: it is 32, before 16, and sizes the array slots (net/foo.c:4)',
    // It bounds a loop, and an array that lives as long as a call.
    passes: `-#define FOO_TRIES 16
+#define FOO_TRIES 32

static void foo_try(void)
{
	int results[FOO_TRIES];

	for (i = 0; i < FOO_TRIES; i++)
		foo_once(results + i);
}`,
  },
  'struct-layout': {
    finds: { path: 'include/net/foo.h', text: `struct foo {\n	int a;\n+	int b;\n	int c;\n};` },
    says: 'stop struct-layout struct foo: struct foo gets b',
    passes: {
      path: 'include/net/foo.h',
      text: `struct foo {\n-	int a; /* an a */\n+	int a; /* the a */\n};\n\n+struct bar {\n+	int b;\n+};`,
    },
  },
  'enum-values': {
    finds: { path: 'include/net/foo.h', text: `enum foo_state {\n	FOO_A,\n+	FOO_B,\n	FOO_C,\n	FOO_MAX,\n};` },
    says: 'careful enum-values enum foo_state: enum foo_state gives FOO_C another value',
    passes: { path: 'include/net/foo.h', text: `enum foo_state {\n	FOO_A,\n	FOO_C,\n+	FOO_D,\n	FOO_MAX,\n};` },
  },
  'static-data': {
    finds: `static struct proto_ops foo_ops = {\n	.bind = foo_bind,\n+	.owner = THIS_MODULE,\n};`,
    says: 'careful static-data foo_ops: the table foo_ops changes, and the running kernel goes on using its own',
    passes: `+static struct proto_ops bar_ops = {\n+	.bind = foo_bind,\n+};\n static int unrelated;`,
  },
  'user-interface': {
    finds: { path: 'include/uapi/linux/foo.h', text: `-#define FOO 1\n+#define FOO 1\n struct foo_req {\n	__u32 a;\n+	__u32 b;\n};` },
    says: 'careful user-interface include/uapi/linux/foo.h: a header that programs include changes',
    passes: { path: 'include/uapi/linux/foo.h', text: `-/* the foo */\n+/* a foo */\n struct foo_req {\n	__u32 a;\n};` },
  },
  'init-state': {
    finds: `static void foo_add(struct foo *foo)
{
-	queue_work(foo_wq, &foo->work);
+	queue_work(foo_event_wq, &foo->work);
}

static int __init foo_init(void)
{
+	foo_event_wq = alloc_workqueue("event", 0, 0);
	return 0;
}`,
    says: 'stop init-state foo_init: only it sets up foo_event_wq, which foo_add newly uses',
    passes: `static void foo_add(struct foo *foo)
{
-	queue_work(foo_wq, &foo->work);
+	int error = queue_work(foo_wq, &foo->work);
}

static int __init foo_init(void)
{
+	int error;
+
+	error = register_foo();
	return 0;
}`,
  },
  'init-only': {
    finds: `static int __init foo_init(void)\n{\n-	return 0;\n+	return register_foo();\n}`,
    says: 'look init-only foo_init: it runs only when the kernel or the module starts or leaves',
    passes: `static int __net_init foo_init(struct net *net)\n{\n-	return 0;\n+	return register_foo(net);\n}

int __meminit foo_add(int nr)\n{\n-	return 0;\n+	return nr;\n}`,
  },
}
