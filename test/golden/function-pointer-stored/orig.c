#include "kernel.h"

extern void publish(int (*handler)(int));
extern void withdraw(int (*handler)(int));

static noinline int handle(int n)
{
	consume(n);
	return produce();
}

void start(int n)
{
	publish(handle);
	handle(n);
}

void stop(void)
{
	withdraw(handle);
}

void restart(void)
{
	publish((int (*)(int))restart);
}
