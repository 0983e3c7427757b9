#include "kernel.h"

extern int sleep_for(int ms);
extern int total;

static noinline int weigh(int value, long *unit)
{
	total += value;
	*unit += value;
	return total * *unit + sleep_for(value);
}

static noinline int wait_then_weigh(int value, long *at)
{
	sleep_for(value);
	return weigh(value, at) + 1;
}

int measure(int value, long *at)
{
	return wait_then_weigh(value, at);
}
