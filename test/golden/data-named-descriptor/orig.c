#include "kernel.h"

static int descriptor = 5;

int get(void)
{
	return descriptor;
}

void set(int x)
{
	descriptor = x;
}
