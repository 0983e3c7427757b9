#include "kernel.h"

int first(int n)
{
	consume(n);
	return n;
}

int second(int n)
{
	static int count;
	consume(count++);
	consume(n);
	return n + produce();
}
