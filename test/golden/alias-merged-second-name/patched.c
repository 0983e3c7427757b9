#include "kernel.h"

int check_bounds(int n)
{
	return n > 4 ? -1 : n + produce();
}

int on_check(int n) __alias(check_bounds);
