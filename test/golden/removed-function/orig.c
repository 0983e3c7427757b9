#include "kernel.h"

static noinline int clamp(int n)
{
	consume(n);
	return n & 15;
}

int check(int n)
{
	return clamp(n) + produce();
}
