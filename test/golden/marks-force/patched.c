#include "kernel.h"

#include <kmend/livepatch.h>

int check(int n)
{
	return produce() > n;
}
KMEND_FORCE_FUNCTION(check);
