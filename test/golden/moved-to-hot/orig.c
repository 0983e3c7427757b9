#include "kernel.h"

int check(int n)
{
	return n + produce();
}

int other(int n)
{
	return n + produce();
}
