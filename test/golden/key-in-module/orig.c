#include "kernel.h"

extern struct static_key feature;

int check(int n)
{
	return n + produce();
}
