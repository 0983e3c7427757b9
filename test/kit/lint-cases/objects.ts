import type { LintCases } from './lint-case.ts'

/** What a fix may expect of objects that older code has made. */
export const OBJECT_CASES: LintCases = {
  'place-moved': {
    finds: `void foo_set(void *key, u32 size, long value)\n{\n-	*(long *)(key + size) = value;\n+	*(long *)(key + ALIGN(size, 8)) = value;\n}

long foo_get(void *key, u32 size)\n{\n-	return *(long *)(key + size);\n+	return *(long *)(key + ALIGN(size, 8));\n}`,
    says: 'stop place-moved foo_set: stores at key + ALIGN(size, 8), before at key + size, where foo_get reads it',
    // Only the reader was wrong.
    passes: `long foo_get(void *key, u32 size)\n{\n-	return *(long *)(key + size);\n+	return *(long *)(key + ALIGN(size, 8));\n}`,
  },
  'state-numbered': {
    finds: `-#define FOO_DEAD 2\n+#define FOO_DEAD 4\n
void foo_kill(struct foo *foo)\n{\n	foo->state = FOO_DEAD;\n}\n
bool foo_ok(struct foo *foo)\n{\n	return foo->state != FOO_DEAD;\n}`,
    says: 'stop state-numbered FOO_DEAD: it is 4, before 2, and objects keep it in state: foo_kill stores it there, foo_ok tests it',
    // No object keeps it.
    passes: `-#define FOO_TRIES 2\n+#define FOO_TRIES 4\n
bool foo_ok(struct foo *foo)\n{\n	return foo->tried < FOO_TRIES;\n}`,
  },
  // As generic_set_mode() of drivers/ata/ata_generic.c changes in Linux 6.12.117.
  'read-as-another': {
    finds: `static int foo_set_mode(struct foo_port *port)
{
-	const struct foo_id *id = port->host->private_data;
+	unsigned long driver_data = (unsigned long)port->host->private_data;

-	return id->driver_data & FOO_DMA;
+	return driver_data & FOO_DMA;
}`,
    says: 'stop read-as-another foo_set_mode: takes port->host->private_data for a number, before for a pointer',
    passes: `static int foo_set_mode(struct foo_port *port)
{
-	const struct foo_id *id = port->host->private_data;
+	struct foo_id *id = (struct foo_id *)port->host->private_data;
-	int mode = port->mode;
+	u32 mode = port->mode;
+	unsigned long flags = port->flags;

	return id->driver_data & mode;
}`,
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
  'counted-elsewhere': {
    finds: `void foo_get(struct foo *foo)\n{\n-	kref_get(&foo->users);\n+	get_device(&foo->dev);\n}

void foo_put(struct foo *foo)\n{\n-	kref_put(&foo->users, foo_free);\n+	put_device(&foo->dev);\n}`,
    says: 'stop counted-elsewhere foo_put: drops another reference than that in users, where those that are held were counted',
    // Nothing is dropped instead.
    passes: `void foo_get(struct foo *foo)\n{\n-	kref_get(&foo->users);\n}\n
void foo_put(struct foo *foo)\n{\n-	kref_put(&foo->users, foo_free);\n+	foo_free(foo);\n}`,
  },
  // As macvlan_changelink() of drivers/net/macvlan.c changes in Linux 6.12.117.
  'counted-when': {
    finds: `static int foo_changelink(struct net_device *dev, u16 flags)
{
	struct foo *foo = netdev_priv(dev);

-	if (foo_passthru(foo->port) && promisc) {
+	if (foo_passthru(foo->port) && promisc &&
+	    netif_running(dev)) {
		if (flags & FOO_NOPROMISC)
			dev_set_promiscuity(foo->lowerdev, -1);
		else
			dev_set_promiscuity(foo->lowerdev, 1);
	}
	return 0;
}`,
    says: 'stop counted-when foo_changelink: counts (dev_set_promiscuity) only where netif_running(dev), too',
    // What is asked as well is no state of the object.
    passes: `static int foo_changelink(struct net_device *dev, u16 flags)
{
-	if (foo_passthru(foo->port)) {
+	if (foo_passthru(foo->port) && promisc) {
		dev_set_promiscuity(foo->lowerdev, -1);
		dev_set_promiscuity(foo->lowerdev, 1);
	}
	return 0;
}`,
  },
  // As hugetlb_cgroup_migrate() of mm/hugetlb_cgroup.c changes in Linux 6.12.117.
  'newly-asserts': {
    finds: `+static void foo_move_usage(struct foo *from, unsigned long pages)
+{
+	unsigned long usage = from->usage;
+
+	if (WARN_ON_ONCE(usage < pages))
+		return;
+	from->usage = usage - pages;
+}
+
void foo_migrate(struct foo *from, struct folio *folio)
{
	set_foo(folio, NULL);
+	foo_move_usage(from, folio_nr_pages(folio));
}`,
    says: 'stop newly-asserts foo_migrate: by foo_move_usage, which it calls, newly has WARN_ON_ONCE(usage < pages)',
    // A warning in place of a crash.
    passes: `void foo_migrate(struct foo *from, struct folio *folio)
{
-	BUG_ON(from->usage < folio_nr_pages(folio));
+	if (WARN_ON_ONCE(from->usage < folio_nr_pages(folio)))
+		return;
	set_foo(folio, NULL);
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
  'given-empty': {
    finds: `struct foo *foo_alloc(void)\n{\n+	foo->list = NULL;\n	return foo;\n}\n
void foo_del(struct foo *foo)\n{\n-	foo->list = NULL;\n+	if (foo->list)\n+		foo->list = NULL;\n}`,
    says: 'stop given-empty foo_alloc: gives list nothing in what it makes, and foo_del newly reads it',
    passes: `struct foo *foo_alloc(void)\n{\n+	foo->list = NULL;\n	return foo;\n}\n
void foo_del(struct foo *foo)\n{\n-	foo->list = 1;\n+	foo->list = NULL;\n}`,
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
}
