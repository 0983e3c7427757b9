#include "kernel.h"

#define __sched __section(".sched.text")

int __sched first(int n)
{
	consume(n);
	return produce();
}

int __sched second(int n)
{
	consume(n);
	return produce() + 2;
}
