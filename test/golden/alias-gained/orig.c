#include "kernel.h"

int check(int n)
{
	return n + produce();
}

int user(int n)
{
	consume(n);
	return check(n) + 1;
}
