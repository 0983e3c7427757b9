#include "kernel.h"

static int helper(int n)
{
	consume(n);
	return produce() + 1;
}

int (*const operations[])(int) = { helper };
