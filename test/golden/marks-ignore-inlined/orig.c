#include "kernel.h"

static inline int limit(int n)
{
	return n + 1;
}

int check(int n)
{
	return limit(n) > produce();
}
