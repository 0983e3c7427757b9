#include "kernel.h"

int first(int n)
{
	return printk("first %d\n", n);
}

int second(int n)
{
	return printk("second %d\n", n);
}
