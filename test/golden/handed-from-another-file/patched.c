#include "kernel.h"

int handle(int n)
{
	return n - produce();
}

int check(int n)
{
	return n + produce();
}
