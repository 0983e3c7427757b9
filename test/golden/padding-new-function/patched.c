#include "kernel.h"

extern void publish(int (*handler)(int));

static int handle(int n)
{
	consume(n);
	return produce();
}

void start(int n)
{
	publish(handle);
	consume(n);
}
