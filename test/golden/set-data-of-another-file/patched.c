#include "kernel.h"

int limit = 4;
int off;

int check(int n)
{
	return n > limit + off;
}
