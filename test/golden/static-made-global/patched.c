#include "kernel.h"

int state = 3;

noinline int helper(int n)
{
	return n + produce() + state++;
}

int check(int n)
{
	return helper(n) * 2;
}
