#include "kernel.h"

static int helper(int n)
{
	return n + 1;
}

int first(int n)
{
	return helper(n) + produce();
}

int second(int n)
{
	return helper(n) - produce();
}
