#include "kernel.h"

static int limit __read_mostly = 5;
static int table[4] __read_mostly = { 1, 2, 3, 4 };
static int other[4] __read_mostly = { 7 };

int sum(void)
{
	int n = 0;
	for (int *p = other; p != other + 4; p++)
		n += *p + produce();
	return n + limit + table[n] + 1;
}

void set(int v, int i)
{
	table[i] = v;
	other[i] = v;
	limit = v;
}
