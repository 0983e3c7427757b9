#include "kernel.h"

extern struct static_key feature;
extern struct static_key tracing;

int check(int n)
{
	if (static_branch(&feature))
		return n;
	if (static_branch(&tracing))
		consume(n);
	return n + produce();
}
