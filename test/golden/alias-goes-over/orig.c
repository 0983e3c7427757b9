#include "kernel.h"

int check(int n)
{
	return n + produce();
}

int check_bounds(int n)
{
	return n > 4 ? -1 : n + produce();
}

int on_check(int n) __alias(check);
