#include "kernel.h"

int check(int n)
{
	return n | produce();
}

int ask(int n)
{
	return n - produce();
}
