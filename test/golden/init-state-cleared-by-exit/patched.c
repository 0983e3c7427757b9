#include "kernel.h"

static void *queue;

int __init setup(void)
{
	queue = kmalloc(32);
	return 0;
}

void __exit tear_down(void)
{
	queue = NULL;
}

int check(int n)
{
	consume(*(int *)queue);
	return n;
}

int has_queue(void)
{
	return queue != NULL;
}
