#include "kernel.h"

static int fresh __read_mostly = 7;
static int table[64] __read_mostly = { 1, 2, 3, 4 };

int sum(void)
{
	int n = 0;
	for (int *p = table; p != table + 64; p++)
		n += *p + produce();
	return n;
}

void set(int v, int i)
{
	table[i] = v;
	consume(v);
}

int other(void)
{
	return fresh++ + produce();
}
