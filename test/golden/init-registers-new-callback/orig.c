#include "kernel.h"

extern void register_handler(int (*handler)(int n));

int check(int n)
{
	return n + produce();
}

int __init setup(void)
{
	return produce();
}
