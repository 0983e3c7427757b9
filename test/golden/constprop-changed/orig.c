#include "kernel.h"

static noinline int scale(int n, int by)
{
	int i;
	for (i = 0; i < n; i++)
		consume(i * by + produce());
	return n * by + produce();
}

int twice(int n)
{
	return scale(n, 2) + scale(n + 1, 2);
}
