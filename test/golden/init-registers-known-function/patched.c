#include "kernel.h"

extern void register_handler(int (*handler)(int n));

static void *queue;

static noinline int on_event(int n)
{
	queue = kmalloc(n);
	consume(n);
	return n;
}

int check(int n)
{
	return n + produce() + *(int *)queue;
}

void *steal(void)
{
	void *old = queue;
	queue = NULL;
	return old;
}

int __init setup(void)
{
	register_handler(on_event);
	return on_event(produce());
}
