#include "kernel.h"

extern void publish(int (*handler)(int));

void start(int n)
{
	consume(n);
}
