#include "kernel.h"

noinline int check(int n, long bound)
{
	return n > produce() && n < bound;
}

int count(int n)
{
	return check(n, 8) + n;
}
