#include "kernel.h"

static __cpuidle noinline int relax(int n)
{
	consume(n);
	return produce();
}

static __cpuidle notrace noinline int halt(int n)
{
	consume(n);
	return produce() - n;
}

int __cpuidle poll(int n)
{
	consume(n);
	return produce();
}

int idle(int n)
{
	return relax(n) + halt(n);
}
