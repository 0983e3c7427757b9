#include "kernel.h"

extern void publish(int (*handler)(int));

static noinline int helper(int n)
{
	consume(n);
	return produce();
}

static int handle(int n)
{
	consume(n);
	return produce() + 1;
}

void start(int n)
{
	publish(handle);
	consume(helper(n));
}
