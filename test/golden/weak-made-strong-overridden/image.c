#include "kernel.h"

int machine_check(int n)
{
	return n - produce();
}

int machine_stop(int n)
{
	return n + produce();
}

int start(int n)
{
	return n * produce();
}
