#include "kernel.h"

int before(int n)
{
	return printk("before %d\n", n);
}

int first(int n)
{
	return printk("first %d\n", n);
}

int second(int n)
{
	return printk("second %d\n", n);
}
