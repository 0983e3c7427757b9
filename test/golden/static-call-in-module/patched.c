#include "kernel.h"

DECLARE_STATIC_CALL(hook);
DECLARE_STATIC_CALL(trace);

int check(int n)
{
	static_call(hook);
	static_call(trace);
	return n + produce();
}
