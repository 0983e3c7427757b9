#include "kernel.h"

static int seen;
static int names[2] = { 4, 5 };

static noinline int clamp(int n)
{
	if (seen++ > 9)
		return names[n & 1];
	barrier();
	return n;
}

int check(int n)
{
	n = clamp(n);
	return n + produce();
}
