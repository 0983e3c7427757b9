#include "kernel.h"

void __exit leave(void)
{
	consume(0);
}

int check(int n)
{
	consume(n);
	return n;
}
