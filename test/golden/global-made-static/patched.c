#include "kernel.h"

static int state = 3;

static noinline int helper(int n)
{
	consume(state++);
	return n + produce() + 1;
}

int check(int n)
{
	return helper(n) + n;
}

int ask(int n)
{
	consume(n);
	return state;
}
