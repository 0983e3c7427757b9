import type { LintCases } from './lint-case.ts'

/** What a fix may do to functions, and to what they say to each other. */
export const FUNCTION_CASES: LintCases = {
  'never-leaves': {
    finds: `static int foo_thread(void *data)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(foo_wait, foo_has_work());
-		foo_work();
+		foo_work(data);
	}
	return 0;
}`,
    says: 'stop never-leaves foo_thread: it is the loop of a kernel thread',
    passes: `static void foo_stop(struct foo *foo)
{
	kthread_stop(foo->task);
-	wait_event_timeout(foo->wait, foo->done, HZ);
+	wait_event_timeout(foo->wait, foo->done, 2 * HZ);
}`,
  },
  'newly-sleeps': {
    finds: `static int foo_send(struct foo *foo)
{
	spin_lock_irq(&foo->lock);
-	foo->buffer = kmalloc(64, GFP_ATOMIC);
+	foo->buffer = kmalloc(foo->size, GFP_KERNEL);
	spin_unlock_irq(&foo->lock);
	return 0;
}`,
    says: 'stop newly-sleeps foo_send: GFP_KERNEL can sleep, with foo->lock held',
    // The lock is dropped on the way that sleeps.
    passes: `static int foo_send(struct foo *foo)
{
	spin_lock_irq(&foo->lock);
	if (foo->full) {
		spin_unlock_irq(&foo->lock);
+		msleep(1);
		return -EAGAIN;
	}
	spin_unlock_irq(&foo->lock);
	return 0;
}`,
  },
  'not-traceable': {
    finds: { isUntraced: true, text: `int foo(void)\n{\n-	return 1;\n+	return 2;\n}` },
    says: 'stop not-traceable foo: its file is compiled without calls to ftrace',
    passes: `int foo(void)\n{\n-	return 1;\n+	return 2;\n}`,
  },
  'return-convention': {
    finds: {
      text: `struct foo *foo_find(int id)
{
	if (id < 0)
-		return NULL;
+		return ERR_PTR(-EINVAL);
	return foos[id];
}`,
      others: { 'net/bar.c': `int bar(void)\n{\n	if (!foo_find(3))\n		return -ENOENT;\n	return 0;\n}` },
    },
    says: 'careful return-convention foo_find: can return ERR_PTR now, before only NULL; not replaced: bar (net/bar.c)',
    // The only caller learns of it in the same patch, and a number is handed on as what it is.
    passes: `static int foo_find(int id)
{
	if (id < 0)
-		return false;
+		return -EINVAL;
	return true;
}

static int bar(void)
{
-	return foo_find(3);
+	return foo_find(3) < 0;
}`,
  },
  'argument-meaning': {
    finds: {
      text: `void foo_zero(struct foo *foo, u64 start, u64 len)
{
-	clear(foo, start, start + len);
+	clear(foo, start, len + 1);
}

static void foo_drop(struct foo *foo)
{
-	foo_zero(foo, start, size);
+	foo_zero(foo, start, start + size);
}`,
      others: { 'net/bar.c': `void bar(struct foo *foo)\n{\n	foo_zero(foo, 0, 8);\n}` },
    },
    says: 'stop argument-meaning foo_zero: its parameter len gets start+size now, before size; not replaced: bar (net/bar.c)',
    // All callers are replaced, and nothing keeps the value.
    passes: `static void foo_zero(struct foo *foo, u64 start, u64 len)
{
-	clear(foo, start, start + len);
+	clear(foo, start, len + 1);
}

static void foo_drop(struct foo *foo)
{
-	foo_zero(foo, start, size);
+	foo_zero(foo, start, start + size);
}`,
  },
  'stored-meaning': {
    finds: `static void foo_record(struct foo *foo, int was_mapped)
{
-	foo->private = (void *)was_mapped;
+	foo->private = (void *)anon_vma + was_mapped;
}

static void foo_extract(struct foo *foo)
{
-	*was_mapped = (long)foo->private;
+	*was_mapped = (long)foo->private & 1;
}`,
    says: 'careful stored-meaning foo_record: stores (void *)anon_vma + was_mapped in private, before (void *)was_mapped, and foo_extract reads it in another way',
    // A page by its folio; a state that is set elsewhere.
    passes: `static void foo_record(struct foo *foo)
{
-	foo->bitmap = page_address(page);
-	foo->has_lease = true;
+	foo->bitmap = folio_address(folio);
+	foo->has_lease = false;
}

static void foo_extract(struct foo *foo)
{
-	if (foo->has_lease && use(foo->bitmap))
+	if (!foo->has_lease && use(foo->bitmap, 1))
		return;
}`,
  },
  'prototype-pointer': {
    finds: `static int foo_dump(struct sk_buff *skb,
-		    const struct expr *expr)
+		    const struct expr *expr, bool reset)
{
	return 0;
}

static const struct expr_ops foo_ops = {
	.dump = foo_dump,
};`,
    says: 'careful prototype-pointer foo_dump: its prototype changes, and its address is kept in a table or handed on',
    passes: `-static int foo_dump(struct sk_buff *skb, const struct expr *expr)
+static int foo_dump(struct sk_buff *buffer, const struct expr *e)
{
	return 0;
}

static const struct expr_ops foo_ops = {
	.dump = foo_dump,
};`,
  },
  'export-signature': {
    finds: `-int foo_set(struct foo *foo)
+int foo_set(struct foo *foo, int version)
{
	return 0;
}
EXPORT_SYMBOL_GPL(foo_set);`,
    says: 'stop export-signature foo_set: it is exported, and its prototype changes',
    passes: `-int foo_set(struct foo *foo)
+int foo_set(struct foo *foo, int version)
{
	return 0;
}
EXPORT_SYMBOL_GPL(foo_set_all);`,
  },
  'callback-changed': {
    finds: `static void foo_setup(struct foo *foo)
{
-	INIT_WORK(&foo->work, foo_work);
+	INIT_WORK(&foo->work, foo_locked_work);
}`,
    says: 'careful callback-changed foo_setup: sets up work with foo_locked_work, before with foo_work: what exists keeps foo_work',
    passes: `static void foo_setup(struct foo *foo)
{
-	INIT_WORK(&foo->work, foo_work);
+	INIT_WORK(&foo->work,
+		  foo_work);
+	INIT_WORK(&foo->other_work, foo_other_work);
}`,
  },
  'address-handed-out': {
    finds: `+static void foo_free_rcu(struct rcu_head *head)
+{
+	kfree(container_of(head, struct foo, rcu));
+}

static void foo_release(struct foo *foo)
{
-	kfree(foo);
+	call_rcu(&foo->rcu, foo_free_rcu);
}`,
    says: 'look address-handed-out foo_free_rcu: its address is handed out: foo_release hands it to call_rcu',
    // It is called, compared, and given to what sets a module up, which has run.
    passes: `+static const int foo_limits[] = { 1, 2 };
+
+static int foo_limit(struct foo *foo, int nr)
+{
+	return foo->limits[nr] + foo_limits[nr] + ARRAY_SIZE(foo_limits);
+}

static void foo_release(struct foo *foo)
{
-	kfree(foo);
+	if (foo->limit == foo_limit)
+		return;
+	foo->foo_limit = foo_limit(foo, 1);
}

static int __init foo_init(void)
{
+	register_foo(foo_limit);
	return 0;
}`,
  },
  'hot-function': {
    finds: `int tcp_ack(struct sock *sk)\n{\n-	return 0;\n+	return 1;\n}`,
    says: 'look hot-function tcp_ack: it is on a hot path',
    passes: `int tcp_ack_probe(struct sock *sk)\n{\n-	return 0;\n+	return 1;\n}`,
  },
}
