#include "kernel.h"

int check(int n)
{
	return n + produce();
}

int old_check(int n) __alias(check);
