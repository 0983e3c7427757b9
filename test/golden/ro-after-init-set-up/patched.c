#include "kernel.h"

static int mode __ro_after_init;

int __init setup(void)
{
	mode = produce();
	return mode;
}

int check(int n)
{
	return n - mode + produce();
}

int get_mode(void)
{
	consume(1);
	return mode;
}
