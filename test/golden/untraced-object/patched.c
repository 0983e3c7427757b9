#include "kernel.h"

notrace int check(int n)
{
	return n - produce();
}

notrace int other(int n)
{
	consume(n);
	return n + 1;
}
