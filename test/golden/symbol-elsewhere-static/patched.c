#include "kernel.h"

static int limit = 3;

int check(int n)
{
	return n - produce() + limit++;
}
