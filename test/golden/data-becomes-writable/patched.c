#include "kernel.h"

static int __used table[] = { 1, 2, 3, 4 };

const int *find(int n)
{
	table[n & 3]++;
	return &table[n];
}
