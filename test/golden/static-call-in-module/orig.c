#include "kernel.h"

DECLARE_STATIC_CALL(hook);
DECLARE_STATIC_CALL(trace);

int check(int n)
{
	return n + produce();
}
