#include "kernel.h"

static __cpuidle noinline int relax(int n)
{
	consume(n);
	return produce() + 1;
}

static __cpuidle notrace noinline int halt(int n)
{
	consume(n);
	return produce() - n + 1;
}

int __cpuidle poll(int n)
{
	consume(n);
	return produce() + 1;
}

int idle(int n)
{
	return relax(n) + halt(n);
}
