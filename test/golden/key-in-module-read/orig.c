#include "kernel.h"

extern struct static_key feature;
extern struct static_key tracing;

int check(int n)
{
	return n + produce();
}
