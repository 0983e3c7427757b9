#include "kernel.h"

static noinline int helper(int n)
{
	consume(n);
	return produce();
}

int ask(int n)
{
	return helper(n) - 1;
}
