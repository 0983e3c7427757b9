#include "kernel.h"

static struct { void *table; void *queue; } state;

int __init setup(void)
{
	state.table = kmalloc(64);
	return 0;
}

int check(int n)
{
	consume(state.table == NULL);
	return n;
}

void steal(void)
{
	consume(state.queue == NULL);
	state.queue = NULL;
}
