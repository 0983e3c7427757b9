#include "kernel.h"

static int state = 3;

static noinline int helper(int n)
{
	return n + produce() + state++;
}

int check(int n)
{
	return helper(n) * 2;
}
