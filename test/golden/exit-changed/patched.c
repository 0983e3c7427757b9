#include "kernel.h"

static void *table;

void __exit leave(void)
{
	consume(table != NULL);
}

int check(int n)
{
	table = kmalloc(n);
	return n + 1;
}
