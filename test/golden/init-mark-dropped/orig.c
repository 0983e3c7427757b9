#include "kernel.h"

static __initdata int limit = 3;

static noinline int __init scale(int n)
{
	barrier();
	return n * 3;
}

int __init setup(void)
{
	return limit + scale(4) + produce();
}

void set_limit(int n)
{
	produce();
	limit = n;
}

int check(int n)
{
	return n + produce() + limit + scale(n);
}
