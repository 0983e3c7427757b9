#include "kernel.h"

static noinline notrace int inner(int n)
{
	consume(n);
	return n + produce();
}

static noinline notrace int outer(int n)
{
	consume(n);
	return inner(n) + 1;
}

int check(int n)
{
	return outer(n) + 2;
}
