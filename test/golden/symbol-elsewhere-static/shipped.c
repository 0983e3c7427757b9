#include "kernel.h"

static int limit __asm__("renamed_limit") = 3;

int check(int n)
{
	return n + produce() + limit++;
}
