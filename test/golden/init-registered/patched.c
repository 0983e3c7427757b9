#include "kernel.h"

extern void register_handler(int (*handler)(int n));

static void *table;
static void *queue;

static int on_event(int n)
{
	consume(table == NULL);
	consume(*(int *)queue);
	return n;
}

int __init setup(void)
{
	table = kmalloc(64);
	queue = kmalloc(32);
	register_handler(on_event);
	return 0;
}
