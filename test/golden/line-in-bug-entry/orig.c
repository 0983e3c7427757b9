#include "kernel.h"

int check(int n)
{
	WARN_ON(n > 3);
	/* then */
	return n;
}
