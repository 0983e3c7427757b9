#include "kernel.h"

int machine_check(int n)
{
	return n + 1;
}

noinline int machine_stop(int n)
{
	consume(n);
	return produce() + 1;
}

int check(int n)
{
	return machine_check(n) * 2;
}

int stop(int n)
{
	return machine_stop(n) * 2;
}
