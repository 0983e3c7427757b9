#include "kernel.h"

static void *table;
static void *queue;

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

void *steal(void)
{
	void *old = queue;
	queue = NULL;
	return old;
}
