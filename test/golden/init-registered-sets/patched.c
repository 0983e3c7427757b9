#include "kernel.h"

extern void register_handler(int (*handler)(int n));

static int seen;

static int on_event(int n)
{
	consume(n);
	seen = n;
	return n;
}

int check(int n)
{
	return n + produce() + seen;
}

int __init setup(void)
{
	register_handler(on_event);
	return 0;
}
