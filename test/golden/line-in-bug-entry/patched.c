#include "kernel.h"

int check(int n)
{
	/* then */
	WARN_ON(n > 3);
	return n;
}
