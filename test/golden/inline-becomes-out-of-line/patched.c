#include "kernel.h"

static int helper(int n)
{
	int i;
	for (i = 0; i < n; i++) {
		consume(i);
		consume(i + produce());
		consume(i - produce());
		consume(i * produce());
		consume(i / produce());
	}
	return n + 1;
}

int first(int n)
{
	return helper(n) + produce();
}

int second(int n)
{
	return helper(n) - produce();
}
