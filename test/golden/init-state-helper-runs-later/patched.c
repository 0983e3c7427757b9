#include "kernel.h"

static void *table;
static void *queue;

static noinline void make_queue(void)
{
	if (queue == NULL)
		queue = kmalloc(32);
}

int __init setup(void)
{
	table = kmalloc(64);
	return 0;
}

int check(int n)
{
	consume(table == NULL);
	make_queue();
	consume(*(int *)queue);
	return n;
}
