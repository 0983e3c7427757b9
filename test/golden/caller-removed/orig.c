#include "kernel.h"

extern int sleep_for(int ms);
extern int total;

static noinline int weigh(int value, int unit)
{
	total += value;
	return total * unit + sleep_for(value);
}

static noinline int wait_and_weigh(int value)
{
	sleep_for(value);
	return weigh(value, total) + 1;
}

int measure(int value)
{
	return wait_and_weigh(value);
}
