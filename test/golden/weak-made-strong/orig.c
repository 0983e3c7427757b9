#include "kernel.h"

__weak int machine_check(int n)
{
	return n;
}

__weak noinline int machine_stop(int n)
{
	consume(n);
	return produce();
}

int check(int n)
{
	return machine_check(n) * 2;
}

int stop(int n)
{
	return machine_stop(n) * 2;
}
