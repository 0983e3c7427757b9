#include "kernel.h"

int helper(int n)
{
	consume(n);
	return produce();
}

__weak int hook(int n)
{
	return n;
}

__weak int tell(int n)
{
	return n;
}

int check(int n)
{
	return helper(n) + hook(n) + tell(n) + produce();
}
