import { describe, expect, test } from 'vitest'
import { type LintSpecimen, brief, reviewSpecimen } from '../../../test/kit/lint-specimen.ts'
import { RULES } from './review.ts'

/** For each rule a change that it must find, in the shape of real fixes, and one next to it of which it must say nothing. */
interface Case {
  readonly finds: LintSpecimen | string
  readonly says: string
  readonly passes: LintSpecimen | string
}

const CASES: Readonly<Record<string, Case>> = {
  'lock-order': {
    finds: `static void foo_close(struct foo *foo)
{
-	mutex_lock(&foo->config_lock);
-	spin_lock_bh(&foo->queue_lock);
+	spin_lock_bh(&foo->queue_lock);
+	mutex_lock(&foo->config_lock);
	foo->open = false;
	spin_unlock_bh(&foo->queue_lock);
	mutex_unlock(&foo->config_lock);
}`,
    says: 'stop lock-order foo_close: takes foo->config_lock with foo->queue_lock held; before it was the other way round',
    // The first lock is dropped before the second is taken.
    passes: `static void foo_close(struct foo *foo)
{
-	mutex_lock(&foo->config_lock);
-	spin_lock_bh(&foo->queue_lock);
+	spin_lock_bh(&foo->queue_lock);
	foo->open = false;
	spin_unlock_bh(&foo->queue_lock);
+	mutex_lock(&foo->config_lock);
	mutex_unlock(&foo->config_lock);
}`,
  },
  'lock-replaced': {
    finds: `static void foo_cancel(struct tcon *tcon)
{
-	spin_lock(&ses_lock);
+	spin_lock(&tcon->tc_lock);
	tcon->count++;
-	spin_unlock(&ses_lock);
+	spin_unlock(&tcon->tc_lock);
}`,
    says: 'stop lock-replaced foo_cancel: takes tcon->tc_lock where it took ses_lock',
    passes: `static void foo_cancel(struct tcon *tcon)
{
-	mutex_lock(&tcon->lock);
+	guard(mutex)(&tcon->lock);
	tcon->count++;
-	mutex_unlock(&tcon->lock);
}`,
  },
  'lock-moved': {
    finds: `static void foo_reset(struct foo *foo)
{
-	mutex_lock(&foo->lock);
	foo->state = 0;
-	mutex_unlock(&foo->lock);
}

static void foo_event(struct foo *foo)
{
+	mutex_lock(&foo->lock);
	foo_reset(foo);
+	mutex_unlock(&foo->lock);
}`,
    says: 'careful lock-moved foo_reset: leaves it to foo_event to take foo->lock',
    // Another label for the same way out.
    passes: `static int foo_reset(struct foo *foo)
{
	mutex_lock(&foo->lock);
-	if (foo->busy)
-		goto out;
+	if (foo->busy || foo->dead)
+		goto unlock;
	foo->state = 0;
-out:
+unlock:
	mutex_unlock(&foo->lock);
	return 0;
}`,
  },
  'lock-nested': {
    finds: `static void foo_hangup(struct foo *foo)
{
	mutex_lock(&foo->mutex);
+	spin_lock(&foo->list_lock);
	list_del(&foo->list);
+	spin_unlock(&foo->list_lock);
	mutex_unlock(&foo->mutex);
}`,
    says: 'careful lock-nested foo_hangup: newly takes foo->list_lock with foo->mutex held',
    // The way out drops the outer lock first.
    passes: `static int foo_hangup(struct foo *foo)
{
	mutex_lock(&foo->mutex);
	if (foo->dead) {
		mutex_unlock(&foo->mutex);
		return 0;
	}
	mutex_unlock(&foo->mutex);
+	spin_lock(&foo->list_lock);
	list_del(&foo->list);
+	spin_unlock(&foo->list_lock);
	return 0;
}`,
  },
  'lock-added': {
    finds: `long foo_describe(struct key *key)
{
+	down_read(&key->sem);
	copy_name(key->name);
+	up_read(&key->sem);
	return 0;
}`,
    says: 'look lock-added foo_describe: newly takes key->sem',
    passes: `long foo_describe(struct key *key)
{
-	copy_name(key->name);
+	lockdep_assert_held(&key->sem);
+	copy_name(key->name, qdisc_lock(key));
	return 0;
}`,
  },
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
    // The only caller learns of it in the same patch.
    passes: `static struct foo *foo_find(int id)
{
	if (id < 0)
-		return NULL;
+		return ERR_PTR(-EINVAL);
	return foos[id];
}

static int bar(void)
{
-	return foo_find(3) == NULL;
+	return IS_ERR(foo_find(3));
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
  'init-moved': {
    finds: `static struct sock *foo_sock_alloc(struct net *net)
{
	mutex_init(&foo->lock);
+	foo_close_init(foo);
	return sk;
}

static int foo_connect(struct foo *foo)
{
-	foo_close_init(foo);
	foo_rx_init(foo);
	return 0;
}`,
    says: 'stop init-moved foo_sock_alloc: does foo_close_init when it makes the object, left out of foo_connect: objects that exist may never get it',
    // A part that was split off: still one call.
    passes: `+static void foo_prepare(struct foo *foo)
+{
+	INIT_WORK(&foo->work, foo_work);
+}
+
static int foo_connect(struct foo *foo)
{
-	INIT_WORK(&foo->work, foo_work);
+	foo_prepare(foo);
	return 0;
}`,
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
  'given-empty': {
    finds: `struct foo *foo_alloc(void)\n{\n+	foo->list = NULL;\n	return foo;\n}\n
void foo_del(struct foo *foo)\n{\n-	foo->list = NULL;\n+	if (foo->list)\n+		foo->list = NULL;\n}`,
    says: 'stop given-empty foo_alloc: gives list nothing in what it makes, and foo_del newly reads it',
    passes: `struct foo *foo_alloc(void)\n{\n+	foo->list = NULL;\n	return foo;\n}\n
void foo_del(struct foo *foo)\n{\n-	foo->list = 1;\n+	foo->list = NULL;\n}`,
  },
  'place-moved': {
    finds: `void foo_set(void *key, u32 size, long value)\n{\n-	*(long *)(key + size) = value;\n+	*(long *)(key + ALIGN(size, 8)) = value;\n}

long foo_get(void *key, u32 size)\n{\n-	return *(long *)(key + size);\n+	return *(long *)(key + ALIGN(size, 8));\n}`,
    says: 'stop place-moved foo_set: stores at key + ALIGN(size, 8), before at key + size, where foo_get reads it',
    // Only the reader was wrong.
    passes: `long foo_get(void *key, u32 size)\n{\n-	return *(long *)(key + size);\n+	return *(long *)(key + ALIGN(size, 8));\n}`,
  },
  'counted-elsewhere': {
    finds: `void foo_get(struct foo *foo)\n{\n-	kref_get(&foo->users);\n+	get_device(&foo->dev);\n}

void foo_put(struct foo *foo)\n{\n-	kref_put(&foo->users, foo_free);\n+	put_device(&foo->dev);\n}`,
    says: 'stop counted-elsewhere foo_put: drops another reference than that in users, where those that are held were counted',
    // Nothing is dropped instead.
    passes: `void foo_get(struct foo *foo)\n{\n-	kref_get(&foo->users);\n}\n
void foo_put(struct foo *foo)\n{\n-	kref_put(&foo->users, foo_free);\n+	foo_free(foo);\n}`,
  },
  'reference-moved': {
    finds: `static void foo_queue(struct conn *conn)
{
+	conn_get(conn);
	schedule_work(&conn->work);
}

static void foo_work(struct work_struct *work)
{
	struct conn *conn = container_of(work, struct conn, work);

	conn_send(conn);
+	conn_put(conn);
}`,
    says: 'stop reference-moved foo_queue: takes one more reference (conn), and foo_work drops one more',
    // A leak on the way out of one function.
    passes: `static int foo_queue(struct conn *conn)
{
	conn_get(conn);
-	if (conn->dead)
+	if (conn->dead) {
+		conn_put(conn);
		return -EPIPE;
+	}
	conn_put(conn);
	return 0;
}

static void foo_work(struct conn *conn)
{
-	conn_send(conn);
+	conn_send(conn, 0);
}`,
  },
  'new-objects-only': {
    finds: `struct bearer *bearer_create(void)
{
	struct bearer *b = kzalloc(sizeof(*b), GFP_KERNEL);

+	spin_lock_init(&b->rcast_lock);
	return b;
}

static void bearer_add(struct bearer *b)
{
+	spin_lock(&b->rcast_lock);
	list_add(&b->list);
+	spin_unlock(&b->rcast_lock);
}`,
    says: 'stop new-objects-only bearer_create: sets up rcast_lock, which bearer_add newly uses',
    passes: `struct bearer *bearer_create(void)
{
	struct bearer *b = kzalloc(sizeof(*b), GFP_KERNEL);

-	if (b == NULL)
+	if (!b)
		return NULL;
	b->size = 1;
	return b;
}`,
  },
  'new-type-in-old-object': {
    finds: `+struct foo_state {
+	int depth;
+};
+
static int foo_read(struct inode *inode)
{
+	struct foo_state *state = inode->i_private;
+
+	return state->depth;
}`,
    says: 'stop new-type-in-old-object foo_read: takes inode->i_private for a struct foo_state, which the fix brings: what the old code made has none there',
    // Only new code queues the work.
    passes: `+struct foo_state {
+	struct work_struct work;
+};
+
+static void foo_work(struct work_struct *work)
+{
+	foo_free(container_of(work, struct foo_state, work));
+}`,
  },
  'set-up-before': {
    finds: `+static DEFINE_PER_CPU(port_t [NR_IPIS], foo_ports);
+
static void foo_bind(int cpu, port_t port)
{
+	per_cpu(foo_ports, cpu)[0] = port;
}

static void foo_send(int cpu)
{
-	foo_notify(cpu);
+	foo_notify(per_cpu(foo_ports, cpu)[0]);
}`,
    says: 'stop set-up-before foo_send: newly reads foo_ports, which the fix brings and only foo_bind sets: for what exists that has run already',
    passes: `+static struct foo *foo_last;
+
static void foo_send(int cpu)
{
+	if (!foo_last)
+		foo_last = foo_of(cpu);
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
  'hot-function': {
    finds: `int tcp_ack(struct sock *sk)\n{\n-	return 0;\n+	return 1;\n}`,
    says: 'look hot-function tcp_ack: it is on a hot path',
    passes: `int tcp_ack_probe(struct sock *sk)\n{\n-	return 0;\n+	return 1;\n}`,
  },
}

test('every rule has its case', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(RULES.map(({ id }) => id).toSorted())
})

describe.each(Object.entries(CASES))('%s', (rule, { finds, says, passes }) => {
  test('finds what it is for', () => {
    expect(brief(reviewSpecimen(finds))).toContain(says)
  })

  test('says nothing of the change next to it', () => {
    expect(brief(reviewSpecimen(passes)).filter((line) => line.split(' ')[1] === rule)).toEqual([])
  })
})
