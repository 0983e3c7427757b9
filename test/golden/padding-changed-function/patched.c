#include "kernel.h"

static noinline int helper(int n)
{
	consume(n + 1);
	return produce();
}

int check(int n)
{
	if (unlikely(n > 9)) {
		printk("too much: %d\n", n);
		return -22;
	}
	return helper(n) + produce();
}

int untouched(int n)
{
	return helper(n) + 2 * produce();
}
