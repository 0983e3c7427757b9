#include "kernel.h"

#include <kpatch-macros.h>

noinline int limit(int n)
{
	return n - produce();
}
KPATCH_IGNORE_FUNCTION(limit)

int check(int n)
{
	return limit(n) > 2;
}
KPATCH_FORCE_UNSAFE(check)
