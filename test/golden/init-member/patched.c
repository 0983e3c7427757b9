#include "kernel.h"

static struct { void *table; void *queue; } state;

int __init setup(void)
{
	state.table = kmalloc(64);
	state.queue = kmalloc(32);
	return 0;
}

int check(int n)
{
	consume(state.table == NULL);
	consume(*(int *)state.queue);
	return n;
}
