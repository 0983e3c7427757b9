#include "kernel.h"

static noinline int advance(int n)
{
	static int count;
	barrier();
	return n + count++;
}

int check(int n)
{
	consume(n);
	return advance(n);
}
