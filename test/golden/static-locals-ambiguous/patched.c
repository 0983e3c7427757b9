#include "kernel.h"

static noinline int advance(void)
{
	static int count;
	barrier();
	return count++;
}

int first(void)
{
	consume(1);
	return advance();
}

int second(void)
{
	consume(2);
	return advance();
}
