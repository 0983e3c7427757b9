#include "kernel.h"
#include <kmend/livepatch.h>

noinline int limit(int n, long most)
{
	return n + produce() + most;
}
KMEND_IGNORE_FUNCTION(limit);

int check(int n)
{
	return limit(n, 8) > 1;
}
