#include "kernel.h"

int first(int n)
{
	static int count;
	consume(n + 1);
	return n * count++;
}

int second(int n)
{
	static int count;
	consume(n);
	return n - count++;
}

int third(int n)
{
	consume(n);
	return n;
}
