#include "kernel.h"

#include <kmend/livepatch.h>

static inline int limit(int n)
{
	return n + 2;
}
KMEND_IGNORE_FUNCTION(limit);

int check(int n)
{
	return limit(n) > produce();
}
