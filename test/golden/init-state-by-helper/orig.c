#include "kernel.h"

static void *table;

int __init setup(void)
{
	table = kmalloc(64);
	return 0;
}

int check(int n)
{
	consume(table == NULL);
	return n;
}
