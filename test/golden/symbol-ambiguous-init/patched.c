#include "kernel.h"

static noinline int helper(int n)
{
	consume(n);
	return produce() + 1;
}

int check(int n)
{
	return helper(n);
}
