#include "kernel.h"

static int mode __ro_after_init;

int __init setup(void)
{
	return produce();
}

int check(int n)
{
	return n + produce();
}

int get_mode(void)
{
	consume(1);
	return mode;
}
