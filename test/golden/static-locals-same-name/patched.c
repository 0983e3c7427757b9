#include "kernel.h"

int first(void)
{
	static int count;
	consume(count + 1);
	return count++;
}

int second(void)
{
	static int count;
	consume(count + 1);
	return count++;
}

int third(void)
{
	static int count;
	consume(count + 2);
	return count++;
}
