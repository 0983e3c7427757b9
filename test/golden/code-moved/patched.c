#include "kernel.h"

int __section(".kprobes.text") check(int n)
{
	return n + produce();
}

int __section(".sched.text") wait(int n)
{
	return n > 4 ? 0 : n - produce();
}

int __cold seldom(int n)
{
	return n * produce();
}
