#include "kernel.h"

static int limit;

int __init setup(void)
{
	limit = 4;
	return produce();
}

int check(int n)
{
	return n > limit;
}
