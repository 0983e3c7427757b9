#include "kernel.h"

void handle(void)
{
	consume(1);
}

int check(int n)
{
	handle();
	return n + produce();
}
