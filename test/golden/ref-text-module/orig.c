#include "kernel.h"

extern int register_all(int n);

static noinline int __init early_setup(int n)
{
	return n + produce();
}

int __ref check(int n)
{
	if (unlikely(n == 0))
		return early_setup(n) + register_all(n);
	return n + produce();
}
