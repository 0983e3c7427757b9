#include "kernel.h"

int state = 3;

noinline int helper(int n)
{
	consume(state++);
	return n + produce();
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
