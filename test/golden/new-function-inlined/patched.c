#include "kernel.h"

/* For modules, too, of which the patch has none. */
int raise(int n)
{
	return n + 3;
}

int check(int n)
{
	return raise(n) + produce();
}
