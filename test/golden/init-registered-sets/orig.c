#include "kernel.h"

extern void register_handler(int (*handler)(int n));

static int on_event(int n)
{
	consume(n);
	return n;
}

int check(int n)
{
	return n + produce();
}

int __init setup(void)
{
	register_handler(on_event);
	return 0;
}
