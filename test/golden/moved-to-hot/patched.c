#include "kernel.h"

__attribute__((__hot__)) int check(int n)
{
	return n + produce();
}

__attribute__((__hot__)) int other(int n)
{
	return 1 + n + produce();
}
