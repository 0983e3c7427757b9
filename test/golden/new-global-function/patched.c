#include "kernel.h"

int check_twice(int n)
{
	return n + n + produce();
}

int check(int n)
{
	return n + produce();
}
