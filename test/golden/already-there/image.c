#include "kernel.h"

int helper(int n)
{
	consume(n);
	return produce();
}

int hook(int n)
{
	return produce();
}

int ask(int n)
{
	return helper(n);
}
