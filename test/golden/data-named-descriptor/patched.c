#include "kernel.h"

static int descriptor = 6;

int get(void)
{
	return descriptor;
}

void set(int x)
{
	descriptor = x;
}
