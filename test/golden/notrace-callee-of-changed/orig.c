#include "kernel.h"

static noinline notrace int helper(int n)
{
	consume(n);
	return n + produce();
}

int check(int n)
{
	return helper(n);
}
