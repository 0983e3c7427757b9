#include "kernel.h"

static const int __used table[] = { 1, 2, 3, 4 };

const int *find(int n)
{
	return &table[n];
}
