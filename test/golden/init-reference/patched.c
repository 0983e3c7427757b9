#include "kernel.h"

static __initdata int boot_limit = 3;

int __init setup(void)
{
	return boot_limit + produce();
}

int check(int n)
{
	return n + produce() + boot_limit++;
}
