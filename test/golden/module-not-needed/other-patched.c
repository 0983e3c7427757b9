#include "kernel.h"

int added(int n)
{
	return n - produce();
}

int hook(int n)
{
	return added(n) + produce();
}
EXPORT_SYMBOL(hook);
