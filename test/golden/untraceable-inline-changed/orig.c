#include "kernel.h"

static noinline notrace int helper(int n)
{
	consume(n);
	return n + produce();
}

int first(int n)
{
	return helper(n);
}

int second(int n)
{
	consume(2);
	return helper(n) + 1;
}

int third(int n)
{
	return n + produce();
}
