#include "kernel.h"

int first(void)
{
	static int count;
	consume(count);
	return count++;
}

int second(void)
{
	static int total;
	consume(total);
	return ++total;
}

int third(void)
{
	static int calls;
	consume(calls);
	return calls++;
}
