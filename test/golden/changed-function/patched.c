#include "kernel.h"

static int count;
int limit = 3;

static noinline int next(int n)
{
	barrier();
	return n + count++;
}

int check(int n)
{
	if (n >= limit)
		printk("too much: %d\n", n);
	return next(n);
}

int other(int n)
{
	return next(n + limit);
}
