#include "kernel.h"

static void *table;
static void *queue;

int __init setup(void)
{
	table = kmalloc(64);
	queue = kmalloc(32);
	return 0;
}

int check(int n)
{
	consume(table == NULL);
	consume(*(int *)queue);
	return n;
}

void *steal(void)
{
	void *old = queue;
	queue = NULL;
	return old;
}
