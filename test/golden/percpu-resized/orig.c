#include "kernel.h"

static DEFINE_PER_CPU(int, count);
static DEFINE_PER_CPU(int, level);

int check(int n)
{
	this_cpu_write(count, n);
	return this_cpu_read(level) + produce();
}

int level_of(int n)
{
	this_cpu_write(level, n);
	return produce();
}
