#include "kernel.h"

int limit = 4;
int off = 1;

int check(int n)
{
	return n > limit + off;
}
