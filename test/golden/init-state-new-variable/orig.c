#include "kernel.h"

int __init setup(void)
{
	return produce();
}

int check(int n)
{
	return n;
}
