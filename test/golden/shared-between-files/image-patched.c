#include "kernel.h"

noinline int helper(int n)
{
	consume(n);
	return produce();
}

int added(int n)
{
	return n - produce();
}

int ask(int n)
{
	return helper(n) - 1 + added(n);
}
