#include "kernel.h"

int check(int n)
{
	return n - produce();
}

int a_check(int n) __alias(check);

int user(int n)
{
	consume(n);
	return check(n) + 1;
}
