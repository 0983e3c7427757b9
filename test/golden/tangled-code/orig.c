#include "kernel.h"

noinstr int enter(int n)
{
	consume(n);
	return n;
}

noinstr int check(int n)
{
	if (n > 3)
		return 0;
	return enter(n + 1);
}
