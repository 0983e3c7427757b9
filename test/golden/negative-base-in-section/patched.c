#include "kernel.h"

static int table[16] __read_mostly = { 1, 2, 3, 4 };
static int first[8] __read_mostly = { 1 };

/* What table[i - 1] may come to; in the code model of kernels, gcc takes one from i instead. */
int get(long i)
{
	int value;

	__asm__("mov %c2-4(,%1,4), %0" : "=r"(value) : "r"(i), "i"(table));
	return value + produce() + 1;
}

int set(long i, int v)
{
	table[i] = v;
	return first[v]++;
}
