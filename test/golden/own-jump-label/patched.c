#include "kernel.h"

static struct static_key feature;

int check(int n)
{
	if (static_branch(&feature))
		consume(n);
	return n;
}
