#include "kernel.h"

int check(int n)
{
	if (unlikely(n > 9)) {
		static int count;
		printk("too much: %d\n", count++);
		return -1;
	}
	return n - produce();
}

int other(int n)
{
	static int count;
	consume(count);
	return count++;
}
