#include "kernel.h"

int check(int n)
{
	return n + produce();
}

int wait(int n)
{
	return n - produce();
}

int seldom(int n)
{
	return n * produce();
}
