#include "kernel.h"

extern void run_later(void (*work)(void));

static void *table;

static noinline void work(void)
{
	consume(table == NULL);
	run_later(work);
}

int __init setup(void)
{
	table = kmalloc(64);
	work();
	return 0;
}
