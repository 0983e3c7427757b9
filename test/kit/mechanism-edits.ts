import type { Edit } from './edit-source.ts'

/**
 * Edits that bring all that the kernel has to prepare as a module loads, or rewrites later: to the kernel image (/proc/version says what each read found) and to the module
 * sunrpc (/proc/net/rpc/auth.unix.ip/flush).
 */

/** Branches on a key that is read-only after start and off; counts in a new variable per CPU that another file reads. */
const USERCOPY: readonly Edit[] = [
  {
    path: 'mm/usercopy.c',
    find: 'static DEFINE_STATIC_KEY_FALSE_RO(bypass_usercopy_checks);\n',
    replace: 'static DEFINE_STATIC_KEY_FALSE_RO(bypass_usercopy_checks);\nDEFINE_PER_CPU(unsigned long, usercopy_checked);\n',
  },
  {
    path: 'mm/usercopy.c',
    find: '\t/* Skip all tests if size is zero. */\n',
    replace: '\tthis_cpu_inc(usercopy_checked);\n\n\t/* Skip all tests if size is zero. */\n',
  },
]

const VERSION: readonly Edit[] = [
  {
    path: 'fs/proc/version.c',
    find: '#include "internal.h"\n',
    replace: `#include "internal.h"
#include <linux/delayacct.h>
#include <linux/randomize_kstack.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/static_call.h>
#include <kmend/livepatch.h>

DECLARE_PER_CPU(unsigned long, usercopy_checked);

struct version_word { struct rcu_head rcu; long number; };
struct version_sum { u64 parts[4]; };
KMEND_SHADOW(version_reads, struct inode, atomic_long_t, 0x21);
KMEND_SHADOW(version_sum, struct inode, struct version_sum, 0x22);

DEFINE_STATIC_SRCU(version_srcu);
static struct version_word __rcu *version_word;
static int version_freed;
DEFINE_STATIC_KEY_FALSE(version_key);
static DEFINE_STATIC_KEY_TRUE_RO(version_sealed);
static DEFINE_PER_CPU(struct version_word *, version_last);
static DEFINE_PER_CPU(int, version_seed) = 7;

static void version_free(struct rcu_head *rcu)
{
	version_freed++;
	kfree(container_of(rcu, struct version_word, rcu));
}

long version_same(long n);
long version_same(long n)
{
	return n;
}

static long version_double(long n)
{
	return 2 * n;
}

static void version_hear(struct seq_file *m)
{
	seq_puts(m, "heard, ");
}

DEFINE_STATIC_CALL(version_number, version_same);
DEFINE_STATIC_CALL_NULL(version_hook, version_hear);
DEFINE_STATIC_CALL_RET0(version_zero, version_same);

static noinline long version_tail(long n)
{
	return static_call(version_number)(n + 10);
}

/* Whether a grace period of a domain ends before and after its reader does. */
static noinline void version_wait(struct seq_file *m)
{
	int index = srcu_read_lock(&version_srcu);
	unsigned long cookie = start_poll_synchronize_srcu(&version_srcu);
	bool early;

	schedule_timeout_uninterruptible(HZ / 10);
	early = poll_state_synchronize_srcu(&version_srcu, cookie);
	srcu_read_unlock(&version_srcu, index);
	synchronize_srcu(&version_srcu);
	seq_printf(m, "waits %d%d, ", early, poll_state_synchronize_srcu(&version_srcu, cookie));
}

static noinline void version_replace(struct seq_file *m, long n)
{
	struct version_word *word = kzalloc(sizeof(*word), GFP_KERNEL), *old;
	int cpu, last = 0, seeds = 0;
	unsigned long checked = 0;

	if (!word)
		return;
	word->number = n;
	old = rcu_replace_pointer(version_word, word, true);
	if (old)
		call_srcu(&version_srcu, &old->rcu, version_free);
	for_each_possible_cpu(cpu) {
		last += per_cpu(version_last, cpu) == old;
		per_cpu(version_last, cpu) = word;
		seeds += per_cpu(version_seed, cpu)++;
		checked += per_cpu(usercopy_checked, cpu);
	}
	srcu_barrier(&version_srcu);
	seq_printf(m, "freed %d, cpus %d %d, checked %d, ", version_freed, last, seeds, checked > 0);
}

static noinline void version_say(struct seq_file *m)
{
	struct inode *inode = file_inode(m->file);
	atomic_long_t *reads = version_reads_get_or_alloc(inode, GFP_KERNEL);
	struct version_sum *sum = version_sum_get_or_alloc(inode, GFP_KERNEL);
	long n;

	if (!reads || !sum)
		return;
	n = atomic_long_inc_return(reads);
	sum->parts[3] += n;
	if (n & 1)
		static_branch_enable(&version_key);
	else
		static_branch_disable(&version_key);
	static_call_update(version_number, n & 1 ? version_double : version_same);
	static_call_update(version_hook, n & 1 ? version_hear : NULL);

	seq_printf(m, "read %ld, sum %llu, keys %d%d%d%d, calls %ld %ld %ld, ", n, sum->parts[3],
		   static_branch_unlikely(&version_key) ? 1 : 0, static_branch_likely(&version_sealed) ? 1 : 0,
		   static_branch_maybe(CONFIG_RANDOMIZE_KSTACK_OFFSET_DEFAULT, &randomize_kstack_offset) ? 1 : 0,
		   static_branch_unlikely(&delayacct_key) ? 1 : 0,
		   static_call(version_number)(n), version_tail(n), static_call(version_zero)(n));
	static_call_cond(version_hook)(m);
	version_wait(m);
	version_replace(m, n);
}

static void version_after(struct klp_object *object)
{
	version_reads_free_all();
	version_sum_free_all();
	srcu_barrier(&version_srcu);
	kfree(rcu_access_pointer(version_word));
}
KMEND_POST_UNPATCH_CALLBACK(version_after);
`,
  },
  {
    path: 'fs/proc/version.c',
    find: '\tseq_printf(m, linux_proc_banner,',
    replace: '\tversion_say(m);\n\tseq_printf(m, linux_proc_banner,',
  },
]

/** The same in a module. Its tracepoint, which is called twice, has a key and a static call that lie in the module. */
const FLUSH: readonly Edit[] = [
  {
    path: 'net/sunrpc/cache.c',
    find: '\t\ttrace_cache_entry_update(detail, h);\n',
    replace: '\t\ttrace_cache_entry_update(detail, h);\n\t\ttrace_cache_entry_update(detail, h);\n',
  },
  {
    path: 'net/sunrpc/cache.c',
    find: 'static ssize_t read_flush(struct file *file,',
    replace: `DEFINE_STATIC_SRCU(flush_srcu);
static int flush_called;
static DEFINE_STATIC_KEY_FALSE(flush_key);
static DEFINE_PER_CPU(atomic_t *, flush_last);
static struct list_head *flush_list __ro_after_init = &cache_list;
static spinlock_t *flush_lock = &cache_list_lock;

static int flush_word_of(char **bpp, char *dest, int bufsize)
{
	strscpy(dest, "own", bufsize);
	return 3;
}

/* What the patch brings for the image. */
DECLARE_STATIC_KEY_FALSE(version_key);
extern long version_same(long n);
DECLARE_STATIC_CALL(version_number, version_same);

/* This begins with a function of the module, that with one of the patch. */
DEFINE_STATIC_CALL(flush_word, qword_get);
DEFINE_STATIC_CALL(flush_other, flush_word_of);

static void flush_call(struct rcu_head *rcu)
{
	flush_called++;
}

static noinline int flush_wait(void)
{
	static struct rcu_head head;
	int index = srcu_read_lock(&flush_srcu);
	unsigned long cookie = start_poll_synchronize_srcu(&flush_srcu);
	bool early;

	call_srcu(&flush_srcu, &head, flush_call);
	schedule_timeout_uninterruptible(HZ / 10);
	early = poll_state_synchronize_srcu(&flush_srcu, cookie) || flush_called;
	srcu_read_unlock(&flush_srcu, index);
	synchronize_srcu(&flush_srcu);
	srcu_barrier(&flush_srcu);
	return 10 * early + (poll_state_synchronize_srcu(&flush_srcu, cookie) && flush_called-- == 1);
}

static noinline int flush_say(char *text, size_t size)
{
	static atomic_t reads;
	int n = atomic_inc_return(&reads), cpu, last = 0, lock = flush_lock == &cache_list_lock;
	char asked[] = "first second", word[20], other[20], *at = asked, *next;

	static_call(flush_word)(&at, word, sizeof(word));
	next = at;
	static_call(flush_other)(&next, other, sizeof(other));
	static_call_update(flush_word, n & 1 ? flush_word_of : qword_get);
	static_call_update(flush_other, n & 1 ? qword_get : flush_word_of);
	if (n & 1)
		static_branch_enable(&flush_key);
	else
		static_branch_disable(&flush_key);
	flush_lock = n & 1 ? NULL : &cache_list_lock;
	for_each_possible_cpu(cpu) {
		last += per_cpu(flush_last, cpu) == &reads;
		per_cpu(flush_last, cpu) = &reads;
	}
	return scnprintf(text, size, "read %d, keys %d%d%d, %s %s, lock %d, list %d, image %d %ld, cpus %d, waits %02d, ", n,
			 static_branch_unlikely(&flush_key) ? 1 : 0,
			 static_branch_maybe(CONFIG_RANDOMIZE_KSTACK_OFFSET_DEFAULT, &randomize_kstack_offset) ? 1 : 0,
			 static_branch_unlikely(&delayacct_key) ? 1 : 0,
			 word, other, lock, flush_list == &cache_list && !list_empty(flush_list),
			 static_branch_unlikely(&version_key) ? 1 : 0, static_call(version_number)(n), last, flush_wait());
}

static ssize_t read_flush(struct file *file,`,
  },
  {
    path: 'net/sunrpc/cache.c',
    find: `	char tbuf[22];
	size_t len;

	len = snprintf(tbuf, sizeof(tbuf), "%llu\\n",`,
    replace: `	char tbuf[200];
	size_t len;

	if (*ppos)
		return 0;
	len = flush_say(tbuf, sizeof(tbuf));
	len += scnprintf(tbuf + len, sizeof(tbuf) - len, "%llu\\n",`,
  },
  {
    path: 'net/sunrpc/cache.c',
    find: '#include "netns.h"\n',
    replace: '#include "netns.h"\n#include <linux/delayacct.h>\n#include <linux/randomize_kstack.h>\n#include <linux/static_call.h>\n',
  },
]

export const MECHANISMS: readonly Edit[] = [...USERCOPY, ...VERSION, ...FLUSH]
