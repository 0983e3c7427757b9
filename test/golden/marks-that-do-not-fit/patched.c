#include "kernel.h"

#include <kmend/livepatch.h>

static noinline int bound(int n)
{
	consume(n);
	return n;
}

int check(int n)
{
	return bound(n) > produce();
}

int count(int n)
{
	return n - produce();
}

extern int tally(int n) __alias(count);

int __section(".text.slow") slow(int n)
{
	return n + produce();
}

int __init setup(void)
{
	return produce();
}
KMEND_IGNORE_FUNCTION(bound);
KMEND_IGNORE_FUNCTION(count);
KMEND_FORCE_FUNCTION(tally);
KMEND_IGNORE_SECTION(".text.slow");
KMEND_FORCE_FUNCTION(slow);
KMEND_FORCE_FUNCTION(setup);
KMEND_STATE(0, 1);
