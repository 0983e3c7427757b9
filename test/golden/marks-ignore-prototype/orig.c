#include "kernel.h"

noinline int limit(int n)
{
	return n + produce();
}

int check(int n)
{
	return limit(n) > 1;
}
