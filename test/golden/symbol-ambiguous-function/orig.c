#include "kernel.h"

static int helper(int n)
{
	consume(n);
	return produce();
}

int (*const operations[])(int) = { helper };
