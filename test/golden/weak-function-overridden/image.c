#include "kernel.h"

int machine_check(int n)
{
	return n - produce();
}
