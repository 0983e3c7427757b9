#include "kernel.h"

static int new_handler(int n)
{
	return n - produce();
}

static noinline int old_handler(int n)
{
	return n + produce();
}

static int (*handlers[])(int) = { old_handler, new_handler };

int dispatch(int n)
{
	return handlers[n & 1](n);
}
