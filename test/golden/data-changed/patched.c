#include "kernel.h"

int limit = 4;

int check(int n)
{
	return n > limit;
}
