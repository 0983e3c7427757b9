#include "kernel.h"

extern int limit;

int check(int n)
{
	return n > limit;
}
