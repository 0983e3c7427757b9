#include "kernel.h"

__weak int machine_check(int n)
{
	return n + 1;
}

int check(int n)
{
	return machine_check(n) + 1;
}
