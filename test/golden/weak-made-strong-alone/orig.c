#include "kernel.h"

__weak noinline int machine_start(int n)
{
	return n - produce();
}

__weak int machine_flags = 1;

int start(int n)
{
	return machine_start(n) + machine_flags;
}
