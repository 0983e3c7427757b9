#include "kernel.h"

static void *table;
static void *queue;

static noinline void make_queue(void)
{
	queue = kmalloc(32);
}

int __init setup(void)
{
	table = kmalloc(64);
	make_queue();
	return 0;
}

int check(int n)
{
	consume(table == NULL);
	consume(*(int *)queue);
	return n;
}
