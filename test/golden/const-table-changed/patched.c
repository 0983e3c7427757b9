#include "kernel.h"

static const int weights[4] = { 1, 2, 3, 5 };

int weigh(int n)
{
	return weights[n & 3];
}

int other(int n)
{
	return n + produce();
}
