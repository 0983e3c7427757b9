#include "kernel.h"

int machine_check(int n);
int machine_stop(int n);
int machine_wait(int n);

int machine_check(int n)
{
	return n;
}

int machine_stop(int n)
{
	return n + 1;
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
