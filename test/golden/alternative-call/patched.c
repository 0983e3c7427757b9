#include "kernel.h"

static __used noinline int slow(int n)
{
	return n + produce();
}

static __used noinline int fast(int n)
{
	return n - 1 - produce();
}

int check(int n)
{
	alternative("call slow", "call fast", 0x81);
	consume(n);
	return n;
}
