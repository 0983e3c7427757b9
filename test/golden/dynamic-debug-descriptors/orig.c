#include "kernel.h"

struct _ddebug { const char *function; struct static_key key; unsigned int flags; };
#define pr_debug(text) do {                                                   \
	static struct _ddebug __section("__dyndbg") descriptor = { __func__ }; \
	if (static_branch(&descriptor.key)) debug(&descriptor, text);         \
} while (0)
extern void debug(struct _ddebug *descriptor, const char *text);

int check(int n)
{
	pr_debug("check");
	return n + produce();
}

int other(int n)
{
	pr_debug("other");
	pr_debug("again");
	return n;
}
