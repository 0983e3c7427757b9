#include "kernel.h"

static int limit;

static __used noinline void fill(void)
{
	limit = produce();
}

int __init setup(void)
{
	alternative("call produce", "call fill", 3);
	return 0;
}

int check(int n)
{
	return n + produce() + limit;
}

void set_limit(int n)
{
	limit = n;
	consume(n);
}
