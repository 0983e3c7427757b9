#include "kernel.h"

int check(int n)
{
	return n > produce();
}

int count(int n)
{
	return n + produce();
}

extern int tally(int n) __alias(count);

int __section(".text.slow") slow(int n)
{
	return n + produce();
}

int __init setup(void)
{
	return produce();
}
