import { describe, expect, test } from 'vitest'
import { changeOfSpecimen } from '../../../test/kit/lint-specimen.ts'
import { findMissingState } from './missing-state.ts'

const said = (text: string) => findMissingState(changeOfSpecimen({ text })).map(({ subject, what }) => `${subject} ${what}`)

/** Of the diffs of Linux 6.1.190 to 6.1.192 what matters here. */
const SECRETMEM = `+struct secretmem_inode_state {
+	struct user_struct *user;
+};
+
static vm_fault_t secretmem_fault(struct vm_fault *vmf)
{
	struct inode *inode = file_inode(vmf->vma->vm_file);
+	struct secretmem_inode_state *state = inode->i_private;

+	if (!account(state->user))
+		return VM_FAULT_SIGBUS;
	return 0;
}

+static void secretmem_destroy_inode_priv(struct inode *inode)
+{
+	struct secretmem_inode_state *state = inode->i_private;
+
+	free_uid(state->user);
+	kfree(state);
+}
+
static int secretmem_release(struct inode *inode, struct file *file)
{
	atomic_dec(&secretmem_users);
+	secretmem_destroy_inode_priv(inode);
	return 0;
}

+static int secretmem_init_inode_priv(struct inode *inode)
+{
+	struct secretmem_inode_state *state;
+
+	state = kzalloc(sizeof(*state), GFP_KERNEL);
+	inode->i_private = state;
+	return 0;
+}
+
static struct file *secretmem_file_create(unsigned long flags)
{
+	if (secretmem_init_inode_priv(inode))
+		secretmem_destroy_inode_priv(inode);
	return file;
}`

const PG_VEC = `+struct packet_pg_vec {
+	struct packet_pg_vec_free *deferred;
+	struct pgv pg_vec[];
+};
+
+struct packet_pg_vec_free {
+	struct delayed_work work;
+	struct packet_pg_vec *vec;
+};
+
static void free_pg_vec(struct pgv *pg_vec, unsigned int order)
{
-	kfree(pg_vec);
+	struct packet_pg_vec *vec;
+
+	vec = container_of_const(pg_vec, struct packet_pg_vec, pg_vec[0]);
+	kfree(vec->deferred);
+	kfree(vec);
}

+static void packet_free_pg_vec_work(struct work_struct *work)
+{
+	struct packet_pg_vec_free *deferred;
+	struct packet_pg_vec *vec;
+
+	deferred = container_of_const(to_delayed_work(work),
+				      struct packet_pg_vec_free, work);
+	vec = deferred->vec;
+	free_pg_vec(vec->pg_vec, 0);
+}
+
static struct pgv *alloc_pg_vec(struct tpacket_req *req, int order)
{
-	return kcalloc(req->nr, sizeof(struct pgv), GFP_KERNEL);
+	struct packet_pg_vec *vec;
+
+	vec = kzalloc(struct_size(vec, pg_vec, req->nr), GFP_KERNEL);
+	vec->deferred = kzalloc(sizeof(*vec->deferred), GFP_KERNEL);
+	INIT_DELAYED_WORK(&vec->deferred->work, packet_free_pg_vec_work);
+	return vec->pg_vec;
}`

const IPI = `+static DEFINE_PER_CPU(evtchn_port_t [XEN_NR_IPIS], ipi_to_evtchn) = {[0 ... XEN_NR_IPIS-1] = 0};

static int xen_irq_info_ipi_setup(unsigned int cpu, evtchn_port_t evtchn, enum ipi_vector ipi)
{
	per_cpu(ipi_to_irq, cpu)[ipi] = irq;
+	per_cpu(ipi_to_evtchn, cpu)[ipi] = evtchn;
	return 0;
}

static void __unbind_from_irq(struct irq_info *info)
{
	per_cpu(ipi_to_irq, cpu)[ipi_from_irq(info)] = -1;
+	per_cpu(ipi_to_evtchn, cpu)[ipi_from_irq(info)] = 0;
}

static void xen_send_IPI_one(unsigned int cpu, enum ipi_vector vector)
{
-	notify_remote_via_irq(per_cpu(ipi_to_irq, cpu)[vector]);
+	evtchn_port_t evtchn;
+
+	evtchn = per_cpu(ipi_to_evtchn, cpu)[vector];
+	BUG_ON(evtchn == 0);
+	notify_remote_via_evtchn(evtchn);
}`

describe('a new type where only the new code puts one', () => {
  test('in a member of what is open already, by the function itself and by a new one that it calls; not where it has just been made', () => {
    const takes = 'takes inode->i_private for a struct secretmem_inode_state, which the fix brings: what the old code made has none there'
    expect(said(SECRETMEM)).toEqual([
      `secretmem_fault ${takes} (read off the text: a guess)`,
      `secretmem_release by secretmem_destroy_inode_priv, which it calls, ${takes} (read off the text: a guess)`,
    ])
  })

  test('before what is handed in; not around work that only new code queues', () => {
    expect(said(PG_VEC)).toEqual([
      'free_pg_vec takes pg_vec for a struct packet_pg_vec, which the fix brings: what the old code made has none there (read off the text: a guess)',
    ])
  })

  const taken = (line: string, more = '') =>
    said(`+struct foo_state {
+	struct list_head list;
+	int depth;
+};
${more}
static int foo_read(struct foo *foo, void *data)
{
+	struct foo_state *state${line}
+
	return foo->size;
}`).length

  test.each([
    [' = foo->private;', 1],
    [';\n+	state = dev_get_drvdata(foo->dev);', 1],
    [' = (struct foo_state *)foo->private;', 1],
    [' = foo->dead ? NULL : foo->private;', 1],
    [' = rcu_dereference(foo->private);', 1],
    [' = list_first_entry(&foo->list, struct foo_state, list);', 1],
    [';\n+	use(((struct foo_state *)foo->private)->depth);', 1],
    [' = NULL;', 0],
    [' = data;', 0],
    [' = kzalloc(sizeof(*state), GFP_KERNEL);', 0],
    [' = foo->private;\n+	if (!state)\n+		return 0;', 0],
    [' = foo->private;\n+	if (!state)\n+		foo->private = state = kzalloc(sizeof(*state), GFP_KERNEL);', 0],
  ])('struct foo_state *state%s', (line, times) => {
    expect(taken(line)).toBe(times)
  })

  test('an empty place is no answer where the old code has put something else there', () => {
    const old = `static void foo_open(struct foo *foo)\n{\n	foo->private = foo_old_state();\n}\n`
    expect(taken(' = foo->private;\n+	if (!state)\n+		return 0;', old)).toBe(1)
  })

  test('what new code alone fills, what lives as long as a call, what was known, and what only gets another name is none', () => {
    const first = '+static struct foo_state *foo_first;\n'
    expect(taken(' = READ_ONCE(foo_first);', first)).toBe(0)
    const walk = `static void foo_walk(struct foo *foo)\n{\n+	struct foo_state now = {};\n+\n	each(foo);\n}\n`
    expect(taken(' = container_of(data, struct foo_state, list);')).toBe(1)
    expect(taken(' = container_of(data, struct foo_state, list);', walk)).toBe(0)
    expect(taken(' = foo->private;', 'static int foo_size(struct foo_state *state);')).toBe(0)
    expect(taken(' = foo->private;', '-struct foo_info {\n-	struct list_head list;\n-	int depth;\n-};')).toBe(0)
  })
})

describe('a new variable that is set up where what exists has been already', () => {
  test('per CPU, by the function that binds; what clears it sets nothing up', () => {
    expect(said(IPI)).toEqual([
      'xen_send_IPI_one newly reads ipi_to_evtchn, which the fix brings and only xen_irq_info_ipi_setup sets: for what exists that has run already (read off the text: a guess)',
      'xen_send_IPI_one newly has BUG_ON(evtchn == 0) (read off the text: a guess)',
    ])
  })

  const read = (variable: string, { sets, reads, more = '' }: { sets: string; reads: string; more?: string }) =>
    said(`+${variable}
${more}
static void foo_open(struct foo *foo)
{
	foo->open = 1;
+	${sets}
}

static int foo_send(struct foo *foo)
{
	check(foo);
+	${reads}
	return 0;
}`).length

  test.each([
    ['static struct foo *foo_last;', 'foo_last = foo;', 'use(foo_last->size);'],
    ['static struct foo __rcu *foo_last;', 'rcu_assign_pointer(foo_last, foo);', 'use(rcu_dereference(foo_last));'],
    ['static DEFINE_PER_CPU(struct foo *, foo_last);', 'this_cpu_write(foo_last, foo);', 'use(this_cpu_read(foo_last));'],
    ['static struct foo_pool foo_pool;', 'foo_pool_fill(&foo_pool);', 'use(foo_pool.first);'],
    ['int foo_limit = 0;', 'WRITE_ONCE(foo_limit, foo->size);', 'use(READ_ONCE(foo_limit));'],
  ])('%s', (variable, sets, reads) => {
    expect(read(variable, { sets, reads })).toBe(1)
  })

  test.each([
    ['a table', 'static const struct foo_ops foo_ops = { .send = send };', 'use(&foo_ops);', 'use(foo_ops.send);', ''],
    ['a value of its own', 'static int foo_limit = 16;', 'foo_limit = foo->size;', 'use(foo_limit);', ''],
    ['a lock', 'static DEFINE_MUTEX(foo_lock);', 'mutex_lock(&foo_lock);', 'mutex_lock(&foo_lock);', ''],
    ['a counter', 'static atomic_t foo_count;', 'atomic_inc(&foo_count);', 'use(atomic_read(&foo_count));', ''],
    ['set where it is read', 'static struct foo *foo_last;', 'foo_last = foo;', 'if (!foo_last) foo_last = foo;', ''],
    ['set by who is called first', 'static struct foo *foo_last;', 'foo_last = foo;', 'foo_open(foo);\n+	use(foo_last);', ''],
    ['never set', 'static int foo_debug;', 'use(foo_debug);', 'use(foo_debug);', ''],
    ['a parameter', 'static int foo_limit;', 'foo_limit = foo->size;', 'use(foo_limit);', '+module_param(foo_limit, int, 0644);'],
    [
      'set by a new helper at its first use',
      'static struct foo *foo_last;',
      'foo_last = foo;',
      'foo_need_last(foo);\n+	use(foo_last);',
      '+static void foo_need_last(struct foo *foo)\n+{\n+	if (!foo_last)\n+		foo_last = foo;\n+}',
    ],
    ['declared elsewhere', 'extern struct foo *foo_last;', 'foo_last = foo;', 'use(foo_last);', ''],
  ])('%s is none', (_, variable, sets, reads, more) => {
    expect(read(variable, { sets, reads, more })).toBe(0)
  })

  test('a part of the function that sets it is none', () => {
    const part = '+static void foo_begin(struct foo *foo)\n+{\n+	foo_last = foo;\n+	foo_send(foo);\n+}'
    expect(read('static struct foo *foo_last;', { sets: 'foo_begin(foo);', reads: 'use(foo_last);', more: part })).toBe(0)
    const sets = 'foo_last = foo;\n+	foo_send(foo);'
    expect(read('static struct foo *foo_last;', { sets, reads: 'use(foo_last);' })).toBe(0)
    const table = 'static const struct foo_ops ops = {\n	.send = foo_send,\n};'
    expect(read('static struct foo *foo_last;', { sets, reads: 'use(foo_last);', more: table })).toBe(1)
    const between = 'static void foo_step(struct foo *foo)\n{\n	foo_send(foo);\n}'
    const through = sets.replace('foo_send', 'foo_step')
    expect(read('static struct foo *foo_last;', { sets: through, reads: 'use(foo_last);', more: between })).toBe(0)
  })
})

describe('an initialisation that moves to where the object is made', () => {
  const smc = (path: string) => `static struct sock *smc_sock_alloc(struct net *net)
{
	sk = sk_alloc(net);
+	smc_close_init(smc);
	return sk;
}
${path}
static int smc_connect(struct smc_sock *smc)
{
-	smc_close_init(smc);
	return 0;
}`

  test('is none that sockets have which wait to connect', () => {
    expect(said(smc(''))).toEqual([
      'smc_sock_alloc does smc_close_init when it makes the object, left out of smc_connect: objects that exist may never get it (read off the text: a guess)',
    ])
  })

  test('is nothing of the kind where it comes from another folder: a whole update has many fixes', () => {
    const [make = '', use = ''] = smc('@@').split('@@')
    const change = (name: string, text: string) => changeOfSpecimen({ path: name, text })
    const both = (other: string) => {
      const changes = [change('net/smc/a.c', make), change(other, use)]
      return findMissingState({ files: changes.flatMap(({ files }) => files), functions: changes.flatMap(({ functions }) => functions) })
    }
    expect(both('net/smc/sub/b.c')).toHaveLength(1)
    expect(both('drivers/net/b.c')).toHaveLength(0)
  })
})
