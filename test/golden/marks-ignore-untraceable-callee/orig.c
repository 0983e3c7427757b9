#include "kernel.h"

static noinline notrace int step(int n)
{
	return n + produce();
}

int check(int n)
{
	return step(n) > 1;
}
