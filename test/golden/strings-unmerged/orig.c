#include "kernel.h"

int first(int n)
{
	return printk("first %d\n", n);
}

int second(int n)
{
	return printk("second %d\n", n);
}

const char *kept = "kept";
const char *now;
int set(int n)
{
	now = "set";
	return n;
}

int third(int n)
{
	return n + produce();
}
