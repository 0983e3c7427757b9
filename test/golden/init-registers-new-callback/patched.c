#include "kernel.h"

extern void register_handler(int (*handler)(int n));

static void *queue;

static int on_event(int n)
{
	queue = kmalloc(n);
	return n;
}

int check(int n)
{
	return n + produce() + *(int *)queue;
}

int __init setup(void)
{
	register_handler(on_event);
	return produce();
}
