#include "kernel.h"
#define SLOTS 64
static int *table;
int __init setup(void)
{
	table = kmalloc(SLOTS * sizeof(int));
	return 0;
}
int get(int n)
{
	return n < SLOTS ? table[n] : produce();
}
