#include "kernel.h"

struct operations { int (*open)(int); int (*close)(int); };
extern void publish(const struct operations *operations);

static int open_it(int n) { return n + produce(); }
static int close_it(int n) { return n - produce(); }

static struct operations operations __read_mostly = { .open = open_it, .close = close_it };

static noinline int unheld(int n)
{
	consume(n);
	return n & 15;
}

int check(int n)
{
	return unheld(n) + produce();
}

int __init start(void)
{
	publish(&operations);
	return 0;
}
