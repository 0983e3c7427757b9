#include "kernel.h"

int renamed_helper(int n)
{
	return n + produce();
}

static __used noinline int helper(int n)
{
	return n - produce();
}
