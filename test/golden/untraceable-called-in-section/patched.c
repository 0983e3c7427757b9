#include "kernel.h"

static noinstr int limit(int x);

noinstr int enter(int x)
{
	return limit(x) + produce();
}

static noinstr int limit(int x)
{
	return x < 3 ? x : produce() + 4;
}

int check(int x)
{
	return limit(x) + 2;
}
