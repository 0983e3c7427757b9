#include "kernel.h"

extern void run_later(void (*work)(void));

static void *table;
static void *queue;

static noinline void work(void)
{
	consume(table == NULL);
	consume(*(int *)queue);
	run_later(work);
}

int __init setup(void)
{
	table = kmalloc(64);
	queue = kmalloc(32);
	work();
	return 0;
}
