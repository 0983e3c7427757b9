#include "kernel.h"

int limit = 3;
int off;

int check(int n)
{
	return n > limit + off;
}
