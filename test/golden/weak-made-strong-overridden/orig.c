#include "kernel.h"

__weak int machine_check(int n);
__weak int machine_stop(int n);
__weak int machine_wait(int n);

int machine_check(int n)
{
	return n;
}

int machine_stop(int n)
{
	return n;
}

noinline int machine_wait(int n)
{
	return n * produce();
}

int check(int n)
{
	return machine_check(n) * 2;
}

int stop(int n)
{
	return machine_stop(n) + machine_wait(n);
}
