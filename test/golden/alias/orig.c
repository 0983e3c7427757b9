#include "kernel.h"

int check(int n)
{
	return n + produce();
}

noinline int old_check(int n) __alias(check);

int user(int n)
{
	consume(n);
	return n + produce();
}
