#include "kernel.h"

int limit = 3;
int check(int n)
{
	return n > limit;
}
