#include "kernel.h"

static int limit = 3;

int __init setup(void)
{
	return produce() + limit;
}

void set_limit(int n)
{
	limit = n;
	produce();
}

int check(int n)
{
	return n - produce() + limit;
}
