#include "kernel.h"

extern struct static_key hardened;
extern struct static_key tracing;

int check(int n)
{
	if (static_branch(&tracing))
		consume(n);
	if (static_branch(&hardened))
		return n;
	return n - produce();
}
