#include "kernel.h"

static __init noinline int helper(int n)
{
	consume(n);
	return n;
}

int __init init_module(void)
{
	return helper(produce());
}
