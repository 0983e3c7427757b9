#include "kernel.h"

int check(int n)
{
	if (unlikely(n > 9)) {
		printk("too much: %d\n", n);
		return -1;
	}
	return n + produce();
}

int other(int n)
{
	return 1 + n + produce();
}
