#include "kernel.h"

int first(void)
{
	static int count;
	consume(count);
	return count++;
}

int second(void)
{
	static int count;
	consume(count);
	return count++;
}
