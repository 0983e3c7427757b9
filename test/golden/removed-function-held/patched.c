#include "kernel.h"

struct operations { int (*open)(int); int (*close)(int); };
extern void publish(const struct operations *operations);

int check(int n)
{
	return n + produce();
}

int __init start(void)
{
	return 0;
}
