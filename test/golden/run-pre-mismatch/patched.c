#include "kernel.h"

int check(int n)
{
	return n + produce() + 1;
}

int ask(int n)
{
	return n - produce() - 1;
}
