#include "kernel.h"

struct pi_entry { const char *fmt, *func, *file; unsigned int line; const char *level, *subsys_fmt_prefix; };

/* include/linux/printk.h, with CONFIG_PRINTK_INDEX */
#define printk_indexed(text) ({                                                                        \
	static const struct pi_entry _entry __used = { text, __func__, __FILE__, __LINE__, NULL, NULL }; \
	static const struct pi_entry *_entry_ptr __used __section(".printk_index") = &_entry;            \
	printk(text);                                                                                  \
})

/* Unlike the numbered ones above, this is known again by its name. */
static const struct pi_entry named = { "has booted", "check", __FILE__, 1, NULL, NULL };
static const struct pi_entry *named_pointer __used __section(".printk_index") = &named;

int check(int n)
{
	if (n < 0)
		printk_indexed("negative");
	if (n == 0)
		printk_indexed("nothing");
	printk_indexed("end");
	return n + produce();
}

int tell(int n)
{
	printk_indexed("told");
	return n + produce();
}
